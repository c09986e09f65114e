#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/config/config.hpp"
#include "core/monitor/event.hpp"
#include "core/proto/control.hpp"
#include "net/host/log.hpp"
#include "net/link/line_server.hpp"

namespace mmm {

/// The monitor's control port: classic commands, one a line, and the same in structured form.
class ControlPort {
  public:
    ControlPort(asio::io_context& loop, const config::Config& config, net::Logger& log,
                std::shared_ptr<const net::TlsContext> tls, std::function<void(monitor::AdminAsked)> on_asked);

    /// Errors: Code::busy when the port is in use.
    Result<void> listen();
    /// The port listened on.
    [[nodiscard]] std::uint16_t port() const;
    /// Answers the command `id`, if whoever asked is still there.
    void answer(std::uint64_t id, const proto::ControlReply& reply);

  private:
    struct Waiting {
        net::ConnectionId connection = 0;
        bool json = false;
    };

    void on_line(net::ConnectionId connection, const std::string& line);
    void reply(net::ConnectionId connection, bool json, const proto::ControlReply& reply);

    net::Logger& log_;
    std::function<void(monitor::AdminAsked)> on_asked_;
    std::unique_ptr<net::LineServer> server_;
    std::map<net::ConnectionId, std::string> peers_;
    std::map<std::uint64_t, Waiting> waiting_;
    std::uint64_t last_id_ = 0;
};

}  // namespace mmm
