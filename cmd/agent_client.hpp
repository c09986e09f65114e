#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/config/config.hpp"
#include "core/proto/order.hpp"
#include "core/proto/status.hpp"
#include "net/host/log.hpp"
#include "net/link/line_client.hpp"

namespace mmm {

/// The monitor's end of the link to one agent: connects again and again, greets, sends orders and heartbeats.
class AgentClient {
  public:
    struct Handlers {
        std::function<void()> on_connected;  ///< the agent accepted us
        std::function<void(const std::string& reason)> on_gone;
        std::function<void(proto::AgentStatus)> on_status;
    };

    AgentClient(asio::io_context& loop, const config::Host& host, std::string cluster, std::string monitor_id,
                net::Logger& log, std::shared_ptr<const net::TlsContext> tls, Handlers handlers);

    void send(const proto::Order& order);

  private:
    void on_open();
    void on_line(const std::string& line);
    void on_close(const std::string& reason);
    void beat();

    const config::Host& host_;
    std::string cluster_;
    std::string monitor_id_;
    net::Logger& log_;
    Handlers handlers_;
    std::unique_ptr<net::LineClient> link_;
    asio::steady_timer beat_;
    bool greeted_ = false;
    std::uint64_t beats_ = 0;
    std::string last_problem_;  ///< logged once until it changes
};

}  // namespace mmm
