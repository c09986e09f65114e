#include "cmd/trusted.hpp"

namespace mmm {

std::set<Address> trusted_addresses(const config::Config& config) {
    // Nobody else can come from this machine's own address for itself.
    std::set<Address> trusted{config.monitor.ip, Address::v4({127, 0, 0, 1}),
                              Address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})};
    for (const auto& [name, host] : config.hosts) trusted.insert(host.ip);
    return trusted;
}

}  // namespace mmm
