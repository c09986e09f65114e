#include "cmd/trusted.hpp"

namespace mmm {

std::set<Address> trusted_addresses(const config::Config& config) {
    std::set<Address> trusted{config.monitor.ip};
    for (const auto& [name, host] : config.hosts) trusted.insert(host.ip);
    return trusted;
}

}  // namespace mmm
