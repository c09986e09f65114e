#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/model/address.hpp"

namespace mmm::net {

class NetlinkSocket;

using MacAddress = std::array<std::uint8_t, 6>;

/// "02:00:5e:10:00:01"
std::string mac_text(const MacAddress& mac);

/// A network interface of this host.
struct Interface {
    unsigned index = 0;
    std::string name;
    /// Link-layer address; all zero unless `ethernet`.
    MacAddress mac{};
    /// True when neighbours are found by Ethernet ARP or neighbour discovery (also veth, bridge, bond, vlan).
    bool ethernet = false;
    bool loopback = false;
    /// Set up by the administrator.
    bool up = false;
    /// The cable, or what stands for it, carries a signal.
    bool carrier = false;

    bool operator==(const Interface&) const = default;
};

/// All interfaces of the socket's network namespace, by index. Errors: Code::timeout, Code::io.
Result<std::vector<Interface>> list_interfaces(NetlinkSocket& socket);

/// The interface called `name`. Errors: Code::not_found with the names there are.
Result<Interface> find_interface(const std::string& name);

/// The interface through which neighbours see `ip`: the one that has an address in the same network (longest prefix
/// wins, then the lowest index; loopback never). An address already there with its full prefix is its own network.
/// Errors: Code::not_found when no interface has a network with `ip` in it.
Result<Interface> interface_for(const Address& ip);

}  // namespace mmm::net
