#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/config/config.hpp"
#include "net/host/log.hpp"
#include "net/link/datagram.hpp"

namespace mmm {

/// Tells the other agents that this one lives, and hears it of them.
class Peers {
  public:
    Peers(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
          std::function<void(const HostName&)> on_heard);

    /// Errors: Code::busy when the port is in use.
    Result<void> listen();
    void send_alive();
    /// Throws away what is queued unread.
    void drain();

  private:
    void on_datagram(const Address& from, const std::string& text);

    asio::io_context& loop_;
    const config::Config& config_;
    const config::Host& self_;
    net::Logger& log_;
    std::function<void(const HostName&)> on_heard_;
    std::unique_ptr<net::DatagramSocket> socket_;
    std::uint64_t counter_ = 0;
};

}  // namespace mmm
