#pragma once

#include "core/base/result.hpp"
#include "core/model/address.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/host/interfaces.hpp"

namespace mmm::net {

/// Tells the neighbours where an address is now; without it they go on sending to its former host for seconds
/// (measured: 8.3 s; with it 3 ms). How often to repeat it is decided by the caller.
class Announcer {
  public:
    /// Opens the packet socket beforehand, because opening one with a protocol costs 20 ms at the wrong moment: it is
    /// bound to no protocol, and so receives nothing. One serves all interfaces of the calling thread's namespace.
    /// Errors: Code::permission (CAP_NET_RAW), Code::io.
    static Result<Announcer> open();

    /// Sends the announcements for `ip` through `interface` (IPv4: gratuitous ARP request and reply, IPv6: unsolicited
    /// neighbour advertisement). On an interface without neighbours (loopback, point to point) there is nothing to do.
    /// The link-layer address is the one in `interface`: look it up again when AddressWatch tells of a change.
    /// Never blocks. Errors: Code::unreachable (the interface is down), Code::not_found (it is gone), Code::busy,
    /// Code::io.
    [[nodiscard]] Result<void> announce(const Address& ip, const Interface& interface) const;

  private:
    explicit Announcer(FileDescriptor socket) : socket_(std::move(socket)) {}
    FileDescriptor socket_;
};

}  // namespace mmm::net
