#include "core/config/config.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace mmm::config {

const Host* Config::host(const HostName& name) const {
    const auto found = hosts.find(name);
    return found == hosts.end() ? nullptr : &found->second;
}

const Role* Config::role(const RoleName& name) const {
    const auto found = roles.find(name);
    return found == roles.end() ? nullptr : &found->second;
}

const Role& Config::writer_role() const {
    const Role* found = role(active_master_role);
    MMM_CHECK(found != nullptr);
    return *found;
}

const Check& Config::check(CheckKind kind) const {
    const auto found = checks.find(kind);
    MMM_CHECK(found != checks.end());
    return found->second;
}

Slots Config::slots() const {
    Slots all;
    for (const auto& [name, role] : roles) {
        for (const auto& ip : role.ips) all.insert(Slot{name, ip});
    }
    return all;
}

Slots Config::slots_of(const HostName& host) const {
    Slots all;
    for (const auto& [name, role] : roles) {
        if (!can_hold(host, name)) continue;
        for (const auto& ip : role.ips) all.insert(Slot{name, ip});
    }
    return all;
}

bool Security::names_version1(const std::string& peer) const {
    return std::find(version1_peers.begin(), version1_peers.end(), peer) != version1_peers.end();
}

bool Config::is_secured() const {
    return !security.key_file.empty() || security.has_certificates() || socket.type == SocketType::ssl;
}

bool Config::can_hold(const HostName& host, const RoleName& role_name) const {
    const Role* found = role(role_name);
    return found != nullptr && std::find(found->hosts.begin(), found->hosts.end(), host) != found->hosts.end();
}

}  // namespace mmm::config
