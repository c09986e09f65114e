#pragma once

#include <functional>
#include <string>

#include "cmd/datagrams.hpp"
#include "core/proto/alive_exchange.hpp"

namespace mmm {

/// Tells the other agents that this one lives, and hears it of them; takes the messages of the lease protocol in
/// between them. See Datagrams for what is trusted.
class Peers {
  public:
    /// Another agent lives, or did so at most `age` ago; 0 where nothing is sealed and nothing known of that.
    using OnHeard = std::function<void(const HostName& host, Duration age)>;

    Peers(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
          OnHeard on_heard, Datagrams::OnLease on_lease);

    /// Errors: Code::busy when the port is in use.
    Result<void> listen();
    void send_alive();
    void send(const HostName& to, const lease::Message& message) { datagrams_.send(to, message); }
    void know_monitor(const Address& ip) { datagrams_.know_monitor(ip); }
    /// Throws away what is queued unread.
    void drain() { datagrams_.drain(); }
    /// Takes the configuration's keys anew.
    void take_keys() { datagrams_.take_keys(); }

  private:
    void on_text(const Address& from, const std::string& text);

    const config::Config& config_;
    const config::Host& self_;
    net::Logger& log_;
    OnHeard on_heard_;
    Datagrams datagrams_;
    proto::AliveExchange exchange_;
    std::uint64_t counter_ = 0;  ///< of rounds that aren't sealed
};

}  // namespace mmm
