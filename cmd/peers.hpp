#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/config/config.hpp"
#include "core/proto/alive_exchange.hpp"
#include "net/host/log.hpp"
#include "net/link/datagram.hpp"
#include "net/link/seal.hpp"

namespace mmm {

/// Tells the other agents that this one lives, and hears it of them. Where the configuration has a cluster key, all
/// that is sent is sealed, and nothing else counts; what is ignored for that is told once a minute for each sender.
class Peers {
  public:
    /// Another agent lives, or did so at most `age` ago; 0 where nothing is sealed and nothing known of that.
    using OnHeard = std::function<void(const HostName& host, Duration age)>;

    Peers(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
          OnHeard on_heard);

    /// Errors: Code::busy when the port is in use.
    Result<void> listen();
    void send_alive();
    /// Throws away what is queued unread.
    void drain();
    /// Takes the configuration's keys anew.
    void take_keys();

  private:
    void on_datagram(const Address& from, const std::string& datagram);
    /// The text in a datagram; nothing if it can't be trusted.
    std::optional<std::string> opened(const Address& from, const std::string& datagram);
    void tell_ignored(const Address& from, Code kind, const std::string& reason);

    asio::io_context& loop_;
    const config::Config& config_;
    const config::Host& self_;
    net::Logger& log_;
    OnHeard on_heard_;
    std::unique_ptr<net::DatagramSocket> socket_;
    std::unique_ptr<const net::Sealer> sealer_;  ///< none without a key
    proto::AliveExchange exchange_;
    std::uint64_t counter_ = 0;  ///< of rounds that aren't sealed
    /// When it was last told what of whom is ignored. Hosts of the configuration by name, all others together.
    std::map<std::pair<HostName, Code>, Time> told_;
};

}  // namespace mmm
