// Addresses: each means one thing, and can be where it is meant to be.
#include <fmt/format.h>

#include <array>
#include <map>

#include "core/config/rules.hpp"

namespace mmm::config {

namespace {

/// Why no host or role can have this address; empty if it can.
std::string unusable(const Address& ip) {
    if (ip.is_loopback()) return "a loopback address";
    if (ip.is_multicast_or_broadcast()) return "a multicast or broadcast address";
    const auto& bytes = ip.bytes();
    if (ip.is_v4()) {
        if (bytes[0] == 0) return "not the address of a host";
        if (bytes[0] == 169 && bytes[1] == 254) return "a link-local address";
        return {};
    }
    if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return "a link-local address";
    constexpr std::array<std::uint8_t, 16> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (ip.same_network(Address::v6(kMapped), 96)) return "an IPv4 address in IPv6 clothes";
    return {};
}

/// What an address is used for, and where that was written.
struct Use {
    std::string what;
    std::string path;
};

class Uses {
  public:
    explicit Uses(Rules& rules) : rules_(rules) {}

    /// Reports an address that nobody can have, or that is used already. One that isn't set is somebody else's fault.
    void add(const Address& ip, Use use) {
        if (ip.is_unspecified()) return;
        if (const std::string why = unusable(ip); !why.empty())
            return rules_.fault(use.path, fmt::format("{} is {}, {}", use.what, ip.text(), why),
                                "write the address by which the other hosts reach it");
        const auto [first, is_new] = uses_.try_emplace(ip, use);
        if (is_new) return;
        rules_.fault(use.path,
                     fmt::format("{} is {}, which is {}{}", use.what, ip.text(), first->second.what,
                                 rules_.see(first->second.path)),
                     "an address has one meaning: write another");
    }

    [[nodiscard]] const Use* of(const Address& ip) const {
        const auto found = uses_.find(ip);
        return found == uses_.end() ? nullptr : &found->second;
    }

  private:
    Rules& rules_;
    std::map<Address, Use> uses_;
};

/// The hosts of a role that a slot doesn't fit, as text for the message.
struct Misfits {
    std::string hosts;
    bool all_name_interface = true;

    void add(const Host& host) {
        hosts += fmt::format("{}{} {}", hosts.empty() ? "" : ", ", host.name, host.ip.text());
        all_name_interface = all_name_interface && !host.cluster_interface.empty();
    }
};

/// Nobody but the system knows the real prefix lengths. What shares the usual one is fine, what shares a wide one is
/// possible, and all else is a fault, unless the file says which interface is in that network.
void check_slot_network(Rules& rules, const Role& role, std::size_t index) {
    const Address& slot = role.ips[index];
    if (!unusable(slot).empty()) return;
    const unsigned usual = slot.is_v4() ? 24 : 64;
    const unsigned wide = slot.is_v4() ? 16 : 48;
    Misfits version, narrow_only, network;
    for (const auto& name : role.hosts) {
        const Host* host = rules.config.host(name);
        if (host == nullptr || host->ip.is_unspecified() || !unusable(host->ip).empty()) continue;
        if (host->ip.is_v4() != slot.is_v4())
            version.add(*host);
        else if (!slot.same_network(host->ip, wide))
            network.add(*host);
        else if (!slot.same_network(host->ip, usual))
            narrow_only.add(*host);
    }
    const std::string path = Rules::path(role, "ips", index);
    const auto report = [&](const Misfits& misfits, std::string message) {
        if (misfits.hosts.empty()) return;
        if (misfits.all_name_interface)
            rules.doubt(path, std::move(message), "make sure that cluster_interface is in its network on each of them");
        else
            rules.fault(path, std::move(message),
                        "write an address of their network, or cluster_interface for the hosts");
    };
    const std::string what = fmt::format("{} of role {} is", slot.text(), role.name);
    report(version,
           fmt::format("{} IPv{}, but not the hosts' own addresses ({})", what, slot.is_v4() ? 4 : 6, version.hosts));
    report(network, fmt::format("{} in another network than {}", what, network.hosts));
    if (!narrow_only.hosts.empty())
        rules.doubt(path, fmt::format("{} in another /{} than {}", what, usual, narrow_only.hosts),
                    "fine if their network is wider than that");
}

}  // namespace

void check_addresses(Rules& rules) {
    const auto& config = rules.config;
    Uses uses(rules);
    for (const auto& [name, host] : config.hosts) {
        const std::string path = Rules::path(host) + ".ip";
        uses.add(host.ip, {fmt::format("the ip of host {}", name), path});
    }
    // On a database host, or only for local control, the monitor is a doubt of its own: see the other rules.
    const auto& monitor = config.monitor.ip;
    if (uses.of(monitor) == nullptr && !monitor.is_loopback())
        uses.add(monitor, {"the ip of the monitor", "monitor.ip"});
    for (const auto& [name, role] : config.roles) {
        for (std::size_t i = 0; i < role.ips.size(); ++i)
            uses.add(role.ips[i], {fmt::format("an ip of role {}", name), Rules::path(role, "ips", i)});
    }
    for (std::size_t i = 0; i < config.monitor.ping_ips.size(); ++i) {
        const auto& ip = config.monitor.ping_ips[i];
        const Use* use = uses.of(ip);
        if (use == nullptr || !use->path.starts_with("role.")) continue;
        rules.fault(fmt::format("monitor.ping_ips[{}]", i),
                    fmt::format("{} in ping_ips is {}{}: it moves, so its silence says nothing about the network",
                                ip.text(), use->what, rules.see(use->path)),
                    "write addresses that stay, a router's or the hosts' own");
    }
}

void check_networks(Rules& rules) {
    for (const auto& [name, role] : rules.config.roles) {
        for (std::size_t i = 0; i < role.ips.size(); ++i) check_slot_network(rules, role, i);
    }
}

}  // namespace mmm::config
