// Roles: who may hold them, and what the writer role asks for.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/config/nearest.hpp"
#include "core/config/rules.hpp"
#include "core/config/validate.hpp"

namespace mmm::config {

namespace {

/// More addresses than this on each host slow every failover down and balance nothing better.
constexpr std::size_t kMostSlotsAHost = 8;

void check_role_hosts(Rules& rules, const Role& role) {
    const std::string path = Rules::path(role);
    if (role.hosts.empty()) {
        if (!rules.where.refused(path + ".hosts"))
            rules.fault(path, fmt::format("role {} has no hosts", role.name),
                        "add " + rules.list_setting("hosts", "NAME"));
        return;
    }
    std::set<HostName> seen;
    for (std::size_t i = 0; i < role.hosts.size(); ++i) {
        const auto& host = role.hosts[i];
        if (rules.config.host(host) == nullptr)
            rules.fault(Rules::path(role, "hosts", i),
                        fmt::format("role {} names \"{}\", which is no host", role.name, host),
                        rules.unknown_host_remedy(host));
        else if (!seen.insert(host).second)
            rules.fault(Rules::path(role, "hosts", i), fmt::format("role {} names {} twice", role.name, host),
                        "remove one");
    }
    if (role.hosts.size() == 1 && role.name != rules.config.active_master_role)
        rules.doubt(path + ".hosts",
                    fmt::format("role {} has one host: when it fails, its addresses have nowhere to go", role.name),
                    "add a host");
}

void check_role_size(Rules& rules, const Role& role) {
    const std::string path = Rules::path(role) + ".ips";
    if (role.ips.empty()) {
        if (!rules.where.refused(path))
            rules.fault(Rules::path(role), fmt::format("role {} has no ips", role.name),
                        "add " + rules.list_setting("ips", "ADDRESS"));
        return;
    }
    if (role.mode == RoleMode::exclusive && role.ips.size() > 1 && !rules.where.refused(Rules::path(role) + ".mode"))
        rules.fault(path, fmt::format("the exclusive role {} has {} ips", role.name, role.ips.size()),
                    role.name == rules.config.active_master_role
                        ? "leave one"
                        : "leave one, or write " + rules.setting("mode", "balanced"));
    if (role.mode == RoleMode::balanced &&
        role.ips.size() > kMostSlotsAHost * std::max<std::size_t>(1, role.hosts.size()))
        rules.doubt(path, fmt::format("role {} has {} ips for {} hosts", role.name, role.ips.size(), role.hosts.size()),
                    "one or two for each host balance as well");
}

void check_prefer(Rules& rules, const Role& role) {
    if (role.prefer.empty()) return;
    const std::string path = Rules::path(role) + ".prefer";
    if (role.mode == RoleMode::balanced)
        return rules.fault(path, fmt::format("the balanced role {} can't prefer a host", role.name),
                           "remove the line, or write " + rules.setting("mode", "exclusive"));
    if (!rules.config.can_hold(role.prefer, role.name)) {
        const std::string near = nearest(role.prefer, role.hosts);
        rules.fault(path, fmt::format("role {} prefers {}, which isn't one of its hosts", role.name, role.prefer),
                    near.empty() ? "add it to hosts, or name one of them" : fmt::format("did you mean \"{}\"?", near));
    }
}

void check_minimum(Rules& rules, const Role& role) {
    if (role.minimum == 0) return;
    const std::string path = Rules::path(role) + ".minimum";
    if (role.mode == RoleMode::exclusive)
        return rules.fault(path, fmt::format("the exclusive role {} has a minimum of hosts", role.name),
                           "remove the line, or write " + rules.setting("mode", "balanced"));
    if (role.minimum > role.hosts.size() && !role.hosts.empty())
        rules.fault(path,
                    fmt::format("role {} has minimum {} and {} hosts", role.name, role.minimum, role.hosts.size()),
                    fmt::format("write at most {}", role.hosts.size()));
}

/// Each of the writer's hosts must be a master, and the two must be each other's peer. False after a fault.
bool check_writers(Rules& rules, const Role& role) {
    const std::string path = Rules::path(role) + ".hosts";
    bool fine = true;
    for (std::size_t i = 0; i < role.hosts.size(); ++i) {
        const Host* host = rules.config.host(role.hosts[i]);
        fine = fine && host != nullptr;
        if (host == nullptr || host->mode == HostMode::master) continue;
        fine = false;
        rules.fault(
            Rules::path(role, "hosts", i),
            fmt::format("{} may hold the writer role {} but is a slave", host->name, role.name),
            fmt::format("write {} in {}, or leave it out here", rules.setting("mode", "master"), rules.section(*host)));
    }
    const std::set<HostName> distinct(role.hosts.begin(), role.hosts.end());
    if (distinct.size() != 2) {
        // Without any, or with a list that couldn't be read, that is told about already.
        if (!distinct.empty() && !rules.where.refused(path))
            rules.fault(path,
                        fmt::format("the writer role {} has {} host{}", role.name, distinct.size(),
                                    distinct.size() == 1 ? "" : "s"),
                        "it needs exactly two, the masters");
        return false;
    }
    if (!fine) return false;
    const Host* first = rules.config.host(*distinct.begin());
    const Host* second = rules.config.host(*distinct.rbegin());
    const Host* peer = rules.config.host(first->peer);
    // Peers that can't be peers at all are told about with the hosts.
    if (peer == nullptr || peer == first || peer == second || peer->mode != HostMode::master) return true;
    rules.fault(path,
                fmt::format("the hosts of the writer role {}, {} and {}, aren't each other's peer", role.name,
                            first->name, second->name),
                "name two masters that replicate from each other");
    return false;
}

}  // namespace

void check_roles(Rules& rules) {
    for (const auto& [name, role] : rules.config.roles) {
        check_role_hosts(rules, role);
        check_role_size(rules, role);
        check_prefer(rules, role);
        check_minimum(rules, role);
    }
    const auto slots = rules.config.slots().size();
    if (slots > kMostSlots)
        rules.fault("", fmt::format("the roles have {} addresses", slots),
                    fmt::format("one cluster has at most {}", kMostSlots));
}

void check_writer_role(Rules& rules) {
    const auto& config = rules.config;
    const auto& name = config.active_master_role;
    const Role* role = config.role(name);
    if (role == nullptr) {
        std::vector<std::string> names;
        for (const auto& [each, section] : config.roles) names.push_back(each);
        const std::string near = nearest(name, names);
        rules.fault("active_master_role", fmt::format("there is no role \"{}\" to be the writer role", name),
                    near.empty()
                        ? fmt::format("add {}, or name the role with active_master_role", rules.section("role." + name))
                        : fmt::format("did you mean {}?", rules.setting("active_master_role", near)));
        return;
    }
    if (role->mode != RoleMode::exclusive)
        rules.fault(Rules::path(*role) + ".mode", fmt::format("the writer role {} is balanced", name),
                    fmt::format("write {}: only one host may be writable", rules.setting("mode", "exclusive")));
    if (!check_writers(rules, *role)) return;
    for (const auto& [each, host] : config.hosts) {
        if (host.mode == HostMode::master && !config.can_hold(each, name))
            rules.doubt(Rules::path(host) + ".mode",
                        fmt::format("{} is a master but can't hold the writer role {}", each, name),
                        fmt::format("write {}, so that it follows the writer", rules.setting("mode", "slave")));
    }
}

}  // namespace mmm::config
