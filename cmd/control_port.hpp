#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cmd/audit.hpp"
#include "cmd/link_security.hpp"
#include "core/config/config.hpp"
#include "core/monitor/event.hpp"
#include "core/proto/control.hpp"
#include "net/host/log.hpp"
#include "net/link/line_server.hpp"
#include "net/link/local_server.hpp"

namespace mmm {

/// Where the monitor's unix socket is: control_socket, or its default.
std::string control_socket_path(const config::Config& config);
/// The same, knowing only the cluster's name; it may be empty.
std::string default_control_socket(const std::string& cluster);

/// Where operators come to the monitor, by TCP and by a unix socket: classic commands, one a line, and the same in
/// structured form. By TCP a key or certificate says who may command, or, where there is neither, a configured host's
/// address; by the unix socket root, the monitor's own user and the group `mmm` may. Others may look.
class ControlPort {
  public:
    ControlPort(asio::io_context& loop, const config::Config& config, net::Logger& log, Tls tls,
                std::function<void(monitor::AdminAsked)> on_asked);

    /// Errors: Code::busy when the port is in use. A unix socket that can't be had is told in the log only.
    Result<void> listen();
    /// The port listened on.
    [[nodiscard]] std::uint16_t port() const;
    /// Takes keys anew, see LineServer::set_tls().
    void set_tls(Tls tls) { server_->set_tls(std::move(tls)); }
    /// Answers the command `id`, if whoever asked is still there. A command that may change something is recorded
    /// first.
    void answer(std::uint64_t id, const proto::ControlReply& reply);

  private:
    enum class Door { tcp, local };
    using Client = std::pair<Door, std::uint64_t>;
    struct Asker {
        std::string who;
        std::string only_looks;  ///< why; empty: it may command
    };
    struct Waiting {
        Client client;
        bool json = false;
        std::string who;
        std::vector<std::string> words;
        bool recorded = false;
        bool leaves = false;  ///< it said `quit` since
    };

    [[nodiscard]] net::LineServerHandlers tcp_handlers();
    [[nodiscard]] net::LocalServer::Handlers local_handlers();
    Asker tcp_asker(net::ConnectionId id);
    void on_line(Client client, const std::string& line);
    /// Of those that aren't answered yet; null: there is none.
    Waiting* last_question(Client client);
    void close(Client client);
    void reply(Client client, bool json, const proto::ControlReply& reply);

    const config::Config& config_;
    net::Logger& log_;
    std::function<void(monitor::AdminAsked)> on_asked_;
    Audit audit_;
    std::unique_ptr<net::LineServer> server_;
    std::unique_ptr<net::LocalServer> local_;
    std::string local_path_;
    std::map<net::ConnectionId, Address> peers_;
    std::map<std::uint64_t, Asker> local_peers_;
    std::map<std::uint64_t, Waiting> waiting_;
    std::uint64_t last_id_ = 0;
};

}  // namespace mmm
