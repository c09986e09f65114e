#include "net/host/interfaces.hpp"

#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>

#include <algorithm>
#include <optional>

#include "net/host/addresses.hpp"
#include "net/host/netlink.hpp"

namespace mmm::net {

namespace {

// In linux/if.h, which can't be included together with net/if.h.
constexpr unsigned kIffLowerUp = 1U << 16;

Interface interface_from(const ifinfomsg& info, Bytes attributes) {
    Interface interface;
    interface.index = static_cast<unsigned>(info.ifi_index);
    interface.loopback = (info.ifi_flags & IFF_LOOPBACK) != 0;
    interface.up = (info.ifi_flags & IFF_UP) != 0;
    interface.carrier = (info.ifi_flags & IFF_RUNNING) != 0 && (info.ifi_flags & kIffLowerUp) != 0;
    for_each_attribute(attributes, [&](std::uint16_t type, Bytes payload) {
        if (type == IFLA_IFNAME) {
            interface.name.assign(payload.begin(), std::find(payload.begin(), payload.end(), std::uint8_t{0}));
        } else if (type == IFLA_ADDRESS && info.ifi_type == ARPHRD_ETHER && payload.size() == interface.mac.size()) {
            std::copy(payload.begin(), payload.end(), interface.mac.begin());
            interface.ethernet = true;
        }
    });
    return interface;
}

/// Opens a netlink socket for one look at the interfaces.
Result<std::vector<Interface>> list_interfaces_once() {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    if (!socket) return tl::make_unexpected(socket.error());
    return list_interfaces(*socket);
}

}  // namespace

std::string mac_text(const MacAddress& mac) {
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

Result<std::vector<Interface>> list_interfaces(NetlinkSocket& socket) {
    NetlinkRequest request(RTM_GETLINK, 0);
    request.fixed(ifinfomsg{});
    request.attribute(IFLA_EXT_MASK, std::uint32_t{RTEXT_FILTER_SKIP_STATS});
    std::vector<Interface> found;
    const auto result = socket.dump(request, [&](std::uint16_t type, Bytes body) {
        const auto info = read_struct<ifinfomsg>(body);
        if (type == RTM_NEWLINK && info) found.push_back(interface_from(*info, attributes_after(body, sizeof *info)));
    });
    // Links that come and go while the kernel lists them are no reason to have no list at all.
    if (!result && result.error().code != Code::busy)
        return fail(result.error().code, "cannot list network interfaces: " + result.error().message,
                    result.error().detail);
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
    return found;
}

Result<Interface> find_interface(const std::string& name) {
    const auto all = list_interfaces_once();
    if (!all) return tl::make_unexpected(all.error());
    std::string names;
    for (const auto& interface : *all) {
        if (interface.name == name) return interface;
        names += (names.empty() ? "" : ", ") + interface.name;
    }
    return fail(Code::not_found, fmt::format("no network interface '{}' on this host; there are: {}", name, names));
}

Result<Interface> interface_for(const Address& ip) {
    auto table = AddressTable::open();
    if (!table) return tl::make_unexpected(table.error());
    const auto addresses = table->list();
    if (!addresses) return tl::make_unexpected(addresses.error());
    const auto interfaces = list_interfaces_once();
    if (!interfaces) return tl::make_unexpected(interfaces.error());

    std::optional<Interface> best;
    unsigned best_prefix = 0;
    for (const auto& interface : *interfaces) {
        if (interface.loopback) continue;
        for (const auto& address : *addresses) {
            if (address.ifindex != interface.index || !address.network.same_network(ip, address.prefix)) continue;
            if (best && address.prefix <= best_prefix) continue;
            best = interface;
            best_prefix = address.prefix;
        }
    }
    if (!best)
        return fail(Code::not_found, fmt::format("no network interface of this host has an address in the network of "
                                                 "{}; set cluster_interface for this host",
                                                 ip.text()));
    return *best;
}

}  // namespace mmm::net
