#pragma once

#include <functional>
#include <memory>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

/// Sends ICMP echo requests and matches the replies. One socket a family serves all targets and thousands of echoes
/// under way: an unprivileged ping socket where the system allows it (net.ipv4.ping_group_range), else a raw one.
class Pinger {
  public:
    using Done = std::function<void(Result<Duration>)>;

    /// Opens both sockets in the calling thread's network namespace. What can't be opened is reported by ping().
    explicit Pinger(asio::io_context& loop);
    Pinger(Pinger&&) noexcept;
    Pinger& operator=(Pinger&&) noexcept;
    /// Gives up the echoes under way; their `done` isn't called.
    ~Pinger();

    /// Sends one echo request and calls `done` on the loop, exactly once and never before ping() returns: with the
    /// round-trip time, or Code::timeout, Code::unreachable (no route, network down: at once), Code::permission (no
    /// socket: needs CAP_NET_RAW or ping_group_range), Code::busy (our own send buffer or table is full: says nothing
    /// about the target), Code::unsupported (no such address family here), Code::io.
    void ping(const Address& target, Duration timeout, Done done);

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace mmm::net
