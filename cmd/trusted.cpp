#include "cmd/trusted.hpp"

#include <algorithm>

#include "core/lease/settings.hpp"

namespace mmm {

std::set<Address> trusted_addresses(const config::Config& config) {
    // Nobody else can come from this machine's own address for itself.
    std::set<Address> trusted{Address::v4({127, 0, 0, 1}),
                              Address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})};
    if (!config.monitor.ip.is_unspecified()) trusted.insert(config.monitor.ip);
    for (const auto& [name, host] : config.hosts) trusted.insert(host.ip);
    return trusted;
}

std::set<Address> plain_addresses(const config::Config& config, const std::vector<std::string>& names) {
    std::set<Address> out;
    for (const auto& name : config.security.version1_peers) {
        if (std::ranges::find(names, name) == names.end()) continue;
        if (const config::Host* host = config.host(name)) out.insert(host->ip);
        if (name == lease::kMonitor && !config.monitor.ip.is_unspecified()) out.insert(config.monitor.ip);
    }
    return out;
}

}  // namespace mmm
