#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/config/config.hpp"
#include "core/monitor/version1.hpp"
#include "core/proto/order.hpp"
#include "core/proto/status.hpp"
#include "net/link/line_question.hpp"

namespace mmm {

/// The monitor's end of the conversation with an agent of version 1: a connection for each line.
class Version1Client {
  public:
    struct Handlers {
        std::function<void(proto::AgentStatus)> on_status;
        /// The agent can't be reached, or what it says isn't version 1: to be greeted anew.
        std::function<void(const std::string& reason)> on_gone;
        std::function<void()> on_version2;  ///< the agent is one of ours by now
    };

    Version1Client(asio::io_context& loop, const config::Config& config, const config::Host& host,
                   std::shared_ptr<const net::TlsContext> tls, Handlers handlers);

    void send(const proto::Order& order);

  private:
    void proceed();
    void take(const Result<std::string>& answer);

    asio::io_context& loop_;
    const config::Host& host_;
    std::shared_ptr<const net::TlsContext> tls_;
    Handlers handlers_;
    monitor::Version1Talk talk_;
    std::unique_ptr<net::LineQuestion> question_;
    asio::steady_timer timer_;
};

}  // namespace mmm
