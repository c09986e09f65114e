#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/config/config.hpp"
#include "core/lease/message.hpp"
#include "net/host/log.hpp"
#include "net/link/datagram.hpp"
#include "net/link/seal.hpp"

namespace mmm {

/// Datagrams between the programs of one cluster: agents by their hosts' names, the monitor as lease::kMonitor. Where
/// the configuration has a cluster key, all that is sent is sealed, and nothing else counts; otherwise the address it
/// comes from has to be the sender's. What comes from other addresses never reaches us: the kernel drops it. What is
/// ignored of the rest is told once a minute for each sender.
class Datagrams {
  public:
    using OnText = std::function<void(const Address& from, const std::string& text)>;
    using OnLease = std::function<void(const HostName& from, lease::Message message)>;

    /// `on_text` gets all that isn't of the lease protocol.
    Datagrams(asio::io_context& loop, const config::Config& config, HostName self, net::Logger& log, OnText on_text,
              OnLease on_lease);

    /// Errors: Code::busy when the port is in use.
    Result<void> listen(const Address& ip, std::uint16_t port);
    /// To a host's agent or the monitor, as far as its address is known.
    void send(const HostName& to, const std::string& text);
    void send(const HostName& to, const lease::Message& message);
    /// Where the monitor's link comes from: classic files of agents don't name it. The first one stands, since the
    /// monitor has one vote: a second monitor elsewhere may command, when the first is gone, and doesn't vote.
    void know_monitor(const Address& ip);
    /// Whether `name` may send from that address.
    [[nodiscard]] bool is_from(const HostName& name, const Address& from) const;
    /// Throws away what is queued unread.
    void drain();
    /// Takes the configuration's keys anew.
    void take_keys();
    [[nodiscard]] bool sealed() const { return sealer_ != nullptr; }

  private:
    /// Only the addresses that is_from() may say yes to are received from.
    void keep_strangers_out();
    void on_datagram(const Address& from, const std::string& datagram);
    void on_lease(const Address& from, const std::string& text);
    /// The text in a datagram; nothing if it can't be trusted.
    std::optional<std::string> opened(const Address& from, const std::string& datagram);
    /// That others send to our port: once a minute.
    void tell_dropped();
    void tell_ignored(const Address& from, Code kind, const std::string& reason);
    [[nodiscard]] std::optional<std::pair<Address, std::uint16_t>> endpoint(const HostName& name) const;

    asio::io_context& loop_;
    const config::Config& config_;
    HostName self_;
    net::Logger& log_;
    OnText on_text_;
    OnLease on_lease_;
    std::unique_ptr<net::DatagramSocket> socket_;
    std::unique_ptr<const net::Sealer> sealer_;  ///< none without a key
    std::optional<Address> monitor_link_;
    /// When it was last told what of whom is ignored. Hosts of the configuration by name, all others together.
    std::map<std::pair<HostName, Code>, Time> told_;
    std::optional<Time> told_dropped_;
    std::uint32_t dropped_ = 0;  ///< told so far
};

}  // namespace mmm
