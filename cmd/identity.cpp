#include "cmd/identity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/nearest.hpp"

namespace mmm {
namespace {

void append(std::string& list, const std::string& element) {
    list += (list.empty() ? "" : ", ") + element;
}

Result<HostName> named(const config::Config& config, const HostName& name, std::string_view source) {
    if (config.host(name) != nullptr) return name;
    std::vector<std::string> names;
    std::string list;
    for (const auto& [each, host] : config.hosts) {
        names.push_back(each);
        append(list, each);
    }
    const std::string near = config::nearest(name, names);
    return fail(Code::not_found, fmt::format("{} says {}, which is no host of the configuration (they are {}){}",
                                             source, name, list, near.empty() ? "" : "; did you mean " + near + "?"));
}

}  // namespace

Result<HostName> who_am_i(const config::Config& config, const std::vector<Address>& local,
                          const std::string& this_option) {
    if (!this_option.empty()) return named(config, this_option, "--this");
    if (!config.self.empty()) return named(config, config.self, "the key \"this\"");
    std::vector<HostName> matches;
    std::string hosts, addresses;
    for (const auto& [name, host] : config.hosts) {
        append(hosts, fmt::format("{} {}", name, host.ip.text()));
        if (std::find(local.begin(), local.end(), host.ip) != local.end()) matches.push_back(name);
    }
    if (matches.size() == 1) return matches.front();
    for (const auto& ip : local) {
        if (!ip.is_loopback()) append(addresses, ip.text());
    }
    if (matches.empty())
        return fail(
            Code::not_found,
            fmt::format("this machine is none of the hosts: its addresses are {}, theirs are {}; mend the ip in "
                        "the configuration, or say which one it is: --this NAME",
                        addresses.empty() ? "none" : addresses, hosts));
    std::string names;
    for (const auto& name : matches) append(names, name);
    return fail(
        Code::invalid,
        fmt::format("this machine has the addresses of several hosts ({}); say which one it is: --this NAME", names));
}

}  // namespace mmm
