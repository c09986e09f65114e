#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "core/config/config.hpp"
#include "net/host/icmp.hpp"

namespace mmm {

/// Pings all hosts each `check_period`, and all `ping_ips` each `ping_interval`.
class Pinging {
  public:
    struct Handlers {
        std::function<void(CheckReport)> on_checked;
        std::function<void(bool reachable)> on_network;
    };

    Pinging(asio::io_context& loop, const config::Config& config, Handlers handlers);

  private:
    void ping_hosts();
    void ping_network();

    const config::Config& config_;
    Handlers handlers_;
    net::Pinger pinger_;
    asio::steady_timer host_timer_;
    asio::steady_timer network_timer_;
};

}  // namespace mmm
