#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "cmd/link_security.hpp"
#include "cmd/version1_client.hpp"
#include "core/config/config.hpp"
#include "core/lease/message.hpp"
#include "core/proto/order.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status.hpp"
#include "net/host/log.hpp"
#include "net/link/line_client.hpp"

namespace mmm {

/// The monitor's end of the link to one agent: connects again and again, greets, sends orders and heartbeats. With an
/// agent that answers the greeting by version 1 it talks that, until the agent is gone or is one of ours.
class AgentClient {
  public:
    struct Handlers {
        /// The agent accepted us. `leases`: it takes part in them.
        std::function<void(bool version1, bool leases)> on_connected;
        /// The agent answers by version 1: why it isn't spoken to by that; empty: it is.
        std::function<std::string()> why_not_version1;
        /// `refuses`: the agent answers, but there is no talking with it.
        std::function<void(const std::string& reason, bool refuses)> on_gone;
        std::function<void(proto::AgentStatus)> on_status;
        std::function<void(lease::Message)> on_lease;
        std::function<void(proto::ReadLosses)> on_losses;
    };

    AgentClient(asio::io_context& loop, const config::Config& config, const config::Host& host, std::string monitor_id,
                net::Logger& log, Tls tls, Handlers handlers);

    void send(const proto::Order& order);
    void send(const lease::Message& message);
    /// Has the agent read its keys and certificates again.
    void send_reload();
    /// Takes keys anew, see LineClient::set_tls().
    void set_tls(Tls tls);

  private:
    /// MMM 2.2 knows TLS as [socket] has it; next to keys and the like it is spoken to in plain text.
    [[nodiscard]] bool by_socket() const;
    void connect();
    void talk_version1();
    void end_version1(const std::string& reason);
    void on_open();
    void on_line(const std::string& line);
    void on_close(const Error& reason);
    void beat();

    asio::io_context& loop_;
    const config::Config& config_;
    const config::Host& host_;
    std::string monitor_id_;
    net::Logger& log_;
    Tls tls_;
    Handlers handlers_;
    std::unique_ptr<Version1Client> version1_;  ///< instead of the link
    bool version1_spoke_ = false;
    std::unique_ptr<net::LineClient> link_;
    asio::steady_timer beat_;
    bool opened_ = false;  ///< the link, after its handshake
    bool greeted_ = false;
    bool refused_ = false;
    std::uint64_t beats_ = 0;
    std::string last_problem_;  ///< logged once until it changes
};

}  // namespace mmm
