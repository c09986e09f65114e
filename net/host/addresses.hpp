#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"
#include "net/host/netlink.hpp"

namespace mmm::net {

/// One address as the kernel has it.
struct InterfaceAddress {
    Address ip;
    /// What the prefix length counts from: equals `ip`, but for point-to-point links the peer's address.
    Address network;
    /// Prefix length in bits.
    unsigned prefix = 0;
    unsigned ifindex = 0;
    std::string ifname;
    /// Until the kernel removes it, as the kernel says it: whole seconds, rounded up. Nothing means never.
    std::optional<std::chrono::seconds> valid_lifetime;
    /// IPv6: duplicate detection isn't over, nothing answers on it yet.
    bool tentative = false;
    /// IPv6: duplicate detection found another owner; the address is dead.
    bool duplicate = false;

    /// The same, but never more than is left: up to 1.03 s less. Nothing means that the kernel never removes it.
    [[nodiscard]] std::optional<Duration> remaining() const;

    bool operator==(const InterfaceAddress&) const = default;
};

/// The prefix length for a slot's address: the address alone (32 or 128). The host's own address brings the connected
/// route, so neighbours are reached all the same; and a /32 is never the primary address of its subnet, so taking it
/// off never takes other addresses (its secondaries) along.
unsigned slot_prefix(const Address& ip);

/// The addresses of this host's interfaces, read and changed through netlink. Every call is synchronous (some 100 µs)
/// and ends within NetlinkSocket::kRequestDeadline for each request to the kernel.
class AddressTable {
  public:
    /// Works on the network namespace of the calling thread. Errors: Code::unsupported, Code::io.
    static Result<AddressTable> open();

    /// Puts `ip`/`prefix` on the interface, or renews it, so that the kernel removes it after `valid_lifetime` (rounded
    /// by the kernel by up to 0.3 s). Where the host has `ip` already, on whatever interface or with whatever prefix
    /// length, those copies get the lifetime instead (asking netlink for another prefix would add a second copy, and
    /// the first one would outlive the lease); one is added only if the named interface has none.
    /// IPv6: without the kernel's duplicate detection, which would keep the address unusable for a second (conflicts
    /// are looked for by AddressProber); and deprecated, so that the host's own connections don't begin from an address
    /// that moves away.
    /// Errors: Code::invalid (no host address, lifetime under 1 s), Code::not_found (no such interface),
    /// Code::permission (CAP_NET_ADMIN), Code::timeout, Code::io.
    Result<void> put(const Address& ip, unsigned prefix, unsigned ifindex, std::chrono::seconds valid_lifetime);

    /// Takes `ip` off: all prefix lengths, all interfaces. Success as well when it isn't there.
    /// Errors: as for put().
    Result<void> remove(const Address& ip);

    /// All addresses of all interfaces, in the kernel's order. Errors: Code::timeout, Code::io.
    Result<std::vector<InterfaceAddress>> list();

  private:
    explicit AddressTable(NetlinkSocket socket) : socket_(std::move(socket)) {}

    /// The copies of `ip` on this host.
    Result<std::vector<InterfaceAddress>> copies_of(const Address& ip);
    Result<std::vector<InterfaceAddress>> dump();
    Result<void> put_one(const Address& ip, unsigned prefix, unsigned ifindex, const std::string& ifname,
                         std::chrono::seconds valid_lifetime);
    Result<void> remove_one(const InterfaceAddress& copy);

    NetlinkSocket socket_;
};

/// All addresses of this host, to find out which configured host it is. Errors: as for AddressTable::list().
Result<std::vector<Address>> local_addresses();

}  // namespace mmm::net
