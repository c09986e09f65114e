#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cmd/link_security.hpp"
#include "core/config/config.hpp"
#include "core/lease/message.hpp"
#include "core/proto/message.hpp"
#include "core/proto/order.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status.hpp"
#include "net/host/log.hpp"
#include "net/link/line_server.hpp"

namespace mmm {

/// The agent's TCP port: greets one monitor, takes its orders, sends it what is observed. Lines of version 1 are handed
/// on with the connection's number. Whoever else comes gets a reason and is closed.
class AgentPort {
  public:
    struct Handlers {
        std::function<void(const Address& monitor)> on_open;
        std::function<void(const std::string& reason)> on_close;
        std::function<void()> on_heard;
        std::function<void()> on_reload;
        std::function<void(proto::Order)> on_order;
        std::function<void(lease::Message)> on_lease;
        std::function<void(std::uint64_t id, const std::string& line)> on_version1;
    };

    AgentPort(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log, Tls tls,
              Handlers handlers);

    /// Errors: Code::busy when the port is in use.
    Result<void> listen();
    /// Takes keys anew, see LineServer::set_tls().
    void set_tls(Tls tls) { server_->set_tls(std::move(tls)); }
    /// Sends to the monitor, if there is one.
    void send(const proto::AgentStatus& status);
    void send(const proto::ReadLosses& losses);
    void send(const lease::Message& message);
    /// Answers a line of version 1, if whoever asked is still there.
    void answer(std::uint64_t id, const std::string& line);
    /// Where the last order of version 1 came from; nothing: none came yet.
    [[nodiscard]] std::optional<Address> version1_monitor() const { return version1_monitor_; }
    /// Drops the monitor's connection with whatever it still holds unread.
    void drop(const std::string& reason);

  private:
    /// Where there is nothing to know a monitor by but where it comes from: may one be at `peer`?
    [[nodiscard]] bool admits(const Address& peer) const;
    void note_orders_from(const Address& peer);
    void on_line(net::ConnectionId id, const std::string& line);
    void greet(net::ConnectionId id, const proto::Message& message);
    void on_message(const proto::Message& message);
    void on_close(net::ConnectionId id, const std::string& reason);
    void refuse(net::ConnectionId id, const std::string& reason);

    const config::Config& config_;
    const config::Host& self_;
    net::Logger& log_;
    Handlers handlers_;
    std::unique_ptr<net::LineServer> server_;
    std::optional<net::ConnectionId> monitor_;
    std::string monitor_id_;
    Time monitor_heard_{};
    std::map<net::ConnectionId, Address> peers_;
    std::set<Address> trusted_;
    std::optional<Address> obeyed_;  ///< whose orders are taken although the configuration doesn't name that address
    Time obeyed_heard_{};
    std::optional<Address> version1_monitor_;
    std::optional<Time> version1_heard_;
};

}  // namespace mmm
