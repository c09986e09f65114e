#include "net/host/addresses.hpp"

#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "net/host/interfaces.hpp"

namespace mmm::net {

namespace {

// Marks our addresses in the kernel's table (`ip -d address` shows "proto 0x6d"); kernels before 5.18 ignore it.
constexpr std::uint8_t kAddressProtocol = 0x6d;
constexpr std::uint32_t kForever = 0xffffffff;
// A dump is called inconsistent when an address changes meanwhile; this many in a row won't happen by chance.
constexpr int kDumpAttempts = 5;

Bytes raw(const Address& ip) {
    return Bytes(ip.bytes().data(), ip.size());
}

std::optional<Address> address_from(std::uint8_t family, Bytes payload) {
    if (family == AF_INET) {
        const auto bytes = read_struct<std::array<std::uint8_t, 4>>(payload);
        if (bytes) return Address::v4(*bytes);
    } else if (family == AF_INET6) {
        const auto bytes = read_struct<std::array<std::uint8_t, 16>>(payload);
        if (bytes) return Address::v6(*bytes);
    }
    return std::nullopt;
}

/// Nothing for families other than IP.
std::optional<InterfaceAddress> interface_address_from(Bytes body) {
    const auto info = read_struct<ifaddrmsg>(body);
    if (!info) return std::nullopt;
    std::optional<Address> local;
    std::optional<Address> network;
    std::uint32_t flags = info->ifa_flags;
    InterfaceAddress found;
    found.prefix = info->ifa_prefixlen;
    found.ifindex = info->ifa_index;
    for_each_attribute(attributes_after(body, sizeof *info), [&](std::uint16_t type, Bytes payload) {
        if (type == IFA_LOCAL) local = address_from(info->ifa_family, payload);
        if (type == IFA_ADDRESS) network = address_from(info->ifa_family, payload);
        if (type == IFA_FLAGS) flags = read_struct<std::uint32_t>(payload).value_or(flags);
        if (type == IFA_CACHEINFO) {
            const auto cache = read_struct<ifa_cacheinfo>(payload);
            if (cache && cache->ifa_valid != kForever) found.valid_lifetime = std::chrono::seconds(cache->ifa_valid);
        }
    });
    if (!local) local = network;  // IPv6 has no IFA_LOCAL unless point to point
    if (!local) return std::nullopt;
    found.ip = *local;
    found.network = network.value_or(*local);
    found.tentative = (flags & IFA_F_TENTATIVE) != 0;
    found.duplicate = (flags & IFA_F_DADFAILED) != 0;
    return found;
}

tl::unexpected<Error> fail_about(const std::string& action, const Error& error) {
    const char* remedy = error.code == Code::permission ? " (the agent needs the capability CAP_NET_ADMIN)" : "";
    return fail(error.code, fmt::format("cannot {}: {}{}", action, error.message, remedy), error.detail);
}

Result<void> check_host_address(const Address& ip) {
    if (ip.is_unspecified() || ip.is_loopback() || ip.is_multicast_or_broadcast())
        return fail(Code::invalid, fmt::format("{} cannot be a cluster address", ip.text()));
    return {};
}

}  // namespace

std::optional<Duration> InterfaceAddress::remaining() const {
    if (!valid_lifetime) return std::nullopt;
    // The kernel takes the whole seconds that have passed off the lifetime: what it says is up to a second too much.
    // It counts in ticks, of 10 ms where they are longest, and may take the address off 20 ms early.
    constexpr Duration kRounding{1030};
    return std::max(Duration{0}, Duration(*valid_lifetime) - kRounding);
}

unsigned slot_prefix(const Address& ip) {
    return static_cast<unsigned>(ip.size() * 8);
}

Result<AddressTable> AddressTable::open() {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    if (!socket) return tl::make_unexpected(socket.error());
    return AddressTable(std::move(*socket));
}

Result<void> AddressTable::put(const Address& ip, unsigned prefix, unsigned ifindex,
                               std::chrono::seconds valid_lifetime) {
    if (const auto valid = check_host_address(ip); !valid) return valid;
    if (valid_lifetime.count() < 1 || valid_lifetime.count() >= kForever || prefix < 1 || prefix > slot_prefix(ip))
        return fail(Code::invalid, fmt::format("cannot put {}/{} on for {} s: prefix length or lifetime out of range",
                                               ip.text(), prefix, valid_lifetime.count()));
    const auto copies = copies_of(ip);
    if (!copies) return tl::make_unexpected(copies.error());
    bool there = false;
    for (const auto& copy : *copies) {
        there = there || copy.ifindex == ifindex;
        const auto renewed = put_one(ip, copy.prefix, copy.ifindex, copy.ifname, valid_lifetime);
        if (!renewed) return renewed;
    }
    if (there) return {};
    const auto interfaces = list_interfaces(socket_);
    if (!interfaces) return tl::make_unexpected(interfaces.error());
    const auto interface = std::find_if(interfaces->begin(), interfaces->end(),
                                        [&](const auto& candidate) { return candidate.index == ifindex; });
    if (interface == interfaces->end())
        return fail(Code::not_found,
                    fmt::format("cannot put {} on: there is no interface number {}", ip.text(), ifindex), ENODEV);
    return put_one(ip, prefix, ifindex, interface->name, valid_lifetime);
}

Result<void> AddressTable::put_one(const Address& ip, unsigned prefix, unsigned ifindex, const std::string& ifname,
                                   std::chrono::seconds valid_lifetime) {
    const auto valid = static_cast<std::uint32_t>(valid_lifetime.count());
    ifaddrmsg info{};
    info.ifa_family = ip.is_v6() ? AF_INET6 : AF_INET;
    info.ifa_prefixlen = static_cast<std::uint8_t>(prefix);
    info.ifa_index = ifindex;
    if (ip.is_v6()) info.ifa_flags = IFA_F_NODAD;
    ifa_cacheinfo cache{};
    cache.ifa_valid = valid;
    cache.ifa_prefered = ip.is_v6() ? 0 : valid;

    NetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
    request.fixed(info).attribute(IFA_LOCAL, raw(ip)).attribute(IFA_ADDRESS, raw(ip)).attribute(IFA_CACHEINFO, cache);
    request.attribute(IFA_PROTO, kAddressProtocol);
    const std::string label = ifname + ":mmm";
    if (ip.is_v4() && label.size() < IFNAMSIZ) request.text_attribute(IFA_LABEL, label);
    const auto result = socket_.request(request);
    if (!result) return fail_about(fmt::format("put {}/{} on {}", ip.text(), prefix, ifname), result.error());
    return {};
}

Result<void> AddressTable::remove(const Address& ip) {
    if (const auto valid = check_host_address(ip); !valid) return valid;
    const auto copies = copies_of(ip);
    if (!copies) return tl::make_unexpected(copies.error());
    // All copies are tried even if one fails: each one less is better.
    Result<void> first_failure;
    for (const auto& copy : *copies) {
        const auto removed = remove_one(copy);
        if (!removed && first_failure) first_failure = removed;
    }
    return first_failure;
}

Result<void> AddressTable::remove_one(const InterfaceAddress& copy) {
    ifaddrmsg info{};
    info.ifa_family = copy.ip.is_v6() ? AF_INET6 : AF_INET;
    info.ifa_prefixlen = static_cast<std::uint8_t>(copy.prefix);
    info.ifa_index = copy.ifindex;
    NetlinkRequest request(RTM_DELADDR, 0);
    request.fixed(info).attribute(IFA_LOCAL, raw(copy.ip)).attribute(IFA_ADDRESS, raw(copy.network));
    const auto result = socket_.request(request);
    const int number = result ? 0 : result.error().detail;
    // Gone between the look and the removal, or its interface is.
    if (result || number == EADDRNOTAVAIL || number == ENODEV) return {};
    return fail_about(fmt::format("take {}/{} off {}", copy.ip.text(), copy.prefix, copy.ifname), result.error());
}

Result<std::vector<InterfaceAddress>> AddressTable::copies_of(const Address& ip) {
    auto all = list();
    if (all) std::erase_if(*all, [&](const auto& candidate) { return candidate.ip != ip; });
    return all;
}

Result<std::vector<InterfaceAddress>> AddressTable::list() {
    auto found = dump();
    for (int attempt = 1; attempt < kDumpAttempts && !found && found.error().code == Code::busy; ++attempt)
        found = dump();
    if (!found) return fail_about("list this host's addresses", found.error());
    const auto interfaces = list_interfaces(socket_);
    if (!interfaces) return tl::make_unexpected(interfaces.error());
    std::map<unsigned, std::string> names;
    for (const auto& interface : *interfaces) names[interface.index] = interface.name;
    for (auto& address : *found) address.ifname = names[address.ifindex];
    return found;
}

Result<std::vector<InterfaceAddress>> AddressTable::dump() {
    NetlinkRequest request(RTM_GETADDR, 0);
    request.fixed(ifaddrmsg{});
    std::vector<InterfaceAddress> found;
    const auto result = socket_.dump(request, [&](std::uint16_t type, Bytes body) {
        if (type != RTM_NEWADDR) return;
        if (auto address = interface_address_from(body)) found.push_back(std::move(*address));
    });
    if (!result) return tl::make_unexpected(result.error());
    return found;
}

Result<std::vector<Address>> local_addresses() {
    auto table = AddressTable::open();
    if (!table) return tl::make_unexpected(table.error());
    const auto list = table->list();
    if (!list) return tl::make_unexpected(list.error());
    std::vector<Address> addresses;
    for (const auto& address : *list) addresses.push_back(address.ip);
    return addresses;
}

}  // namespace mmm::net
