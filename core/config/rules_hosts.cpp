// Names, host sections and peers.
#include <fmt/format.h>

#include "core/config/nearest.hpp"
#include "core/config/rules.hpp"
#include "core/config/validate.hpp"

namespace mmm::config {

namespace {

constexpr std::string_view kNameRemedy = "names are 1 to 64 of the characters A-Z a-z 0-9 . _ -";

void check_ports(Rules& rules, const Host& host) {
    if (host.agent_port == host.mysql_port) {
        const std::string key = rules.where.wrote(Rules::path(host) + ".mysql_port") ? "mysql_port" : "agent_port";
        rules.fault(
            Rules::path(host) + "." + key,
            fmt::format("agent_port and mysql_port of {} are both {}", rules.holder(host, key), host.agent_port),
            "give the agent another port");
    }
    if (host.ip.is_unspecified() || host.ip != rules.config.monitor.ip) return;
    const auto port = rules.config.monitor.port;
    if (port == host.agent_port || port == host.mysql_port)
        rules.fault("monitor.port",
                    fmt::format("the monitor runs on {}, whose {} is {} as well", host.name,
                                port == host.agent_port ? "agent_port" : "mysql_port", port),
                    "give the monitor another port");
    else
        rules.doubt("monitor.ip", fmt::format("the monitor runs on the database host {} and fails with it", host.name),
                    "run it on a host of its own");
}

void check_tls(Rules& rules, const Host& host) {
    const auto path = [&](const std::string& key) { return Rules::path(host) + "." + key; };
    const std::string verify = "write " + rules.setting("mysql_tls", "verify");
    if (!host.mysql_ca.empty() && host.mysql_tls != MysqlTls::verify && !rules.where.refused(path("mysql_tls"))) {
        const std::string what =
            fmt::format("\"mysql_ca\" of {} isn't looked at: only mysql_tls verify checks certificates",
                        rules.holder(host, "mysql_ca"));
        // One host of several that is an exception, or a wish that wouldn't come true.
        const bool exception = rules.where.wrote(path("mysql_tls")) && !rules.where.wrote(path("mysql_ca"));
        if (host.mysql_tls == MysqlTls::required || exception)
            rules.doubt(path("mysql_ca"), what, verify + ", or remove mysql_ca");
        else
            rules.fault(path("mysql_ca"), what, verify + ", or remove mysql_ca");
    }
    if (host.mysql_get_public_key && (host.mysql_tls == MysqlTls::required || host.mysql_tls == MysqlTls::verify))
        rules.doubt(path("mysql_get_public_key"),
                    fmt::format("\"mysql_get_public_key\" of {} has no effect: it is for logins without TLS",
                                rules.holder(host, "mysql_get_public_key")),
                    "remove it");
}

void check_host(Rules& rules, const Host& host) {
    const std::string path = Rules::path(host);
    if (host.ip.is_unspecified() && !rules.where.refused(path + ".ip"))
        rules.fault(path, fmt::format("host {} has no ip", host.name), "add " + rules.setting("ip", "ADDRESS"));
    check_ports(rules, host);
    check_tls(rules, host);
    const auto absolute = [&](const std::string& key, const std::string& value) {
        rules.must_be_absolute(path + "." + key, fmt::format("\"{}\" of {}", key, rules.holder(host, key)), value);
    };
    absolute("mysql_socket", host.mysql_socket);
    absolute("pid_path", host.pid_path);
    absolute("state_path", host.state_path);
    if (!host.state_path.empty() && host.state_path == host.pid_path)
        rules.fault(
            path + ".state_path",
            fmt::format("\"state_path\" and \"pid_path\" of {} are the same file", rules.holder(host, "state_path")),
            "write two different files");
    const auto& interface = host.cluster_interface;
    if (interface.size() > 15 || interface.find_first_of("/ \t:") != std::string::npos)
        rules.fault(path + ".cluster_interface", fmt::format("\"{}\" can't be a network interface", interface),
                    "write one of the names that `ip link` shows, like \"eth0\"");
    bool has_role = false;  // or a role whose hosts are missing: it may be meant for one
    const auto& channel = host.replication_channel;
    if (!channel.empty() && !is_name(channel))
        rules.fault(path + ".replication_channel", fmt::format("\"{}\" can't be a replication channel", channel),
                    std::string(kNameRemedy));
    for (const auto& [name, role] : rules.config.roles) {
        has_role = has_role || rules.config.can_hold(host.name, name);
        has_role = has_role || role.hosts.empty() || rules.where.refused(Rules::path(role) + ".hosts");
    }
    if (!has_role && !rules.config.roles.empty())
        rules.doubt(path, fmt::format("host {} is in no role and will never hold an address", host.name),
                    fmt::format("add \"{}\" to the hosts of a role", host.name));
}

/// `: peer = "db2"`, when it is clear which one that is.
std::string other_master(const Rules& rules, const Host& host) {
    std::string other;
    for (const auto& [name, each] : rules.config.hosts) {
        if (each.mode != HostMode::master || name == host.name) continue;
        if (!other.empty()) return {};
        other = name;
    }
    return other.empty() ? "" : ": " + rules.setting("peer", other);
}

void check_peer(Rules& rules, const Host& host) {
    const std::string path = Rules::path(host) + ".peer";
    if (host.mode == HostMode::slave) {
        if (!host.peer.empty())
            rules.fault(path, fmt::format("{} is a slave and can't have a peer", host.name),
                        fmt::format("write {}, or remove the peer", rules.setting("mode", "master")));
        return;
    }
    if (host.peer.empty()) {
        if (!rules.where.refused(path))
            rules.fault(Rules::path(host), fmt::format("master {} has no peer", host.name),
                        fmt::format("add {} with the other master's name", rules.setting("peer", "NAME")));
        return;
    }
    if (host.peer == host.name)
        return rules.fault(path, fmt::format("{} is its own peer", host.name),
                           "write the other master's name" + other_master(rules, host));
    const Host* peer = rules.config.host(host.peer);
    if (peer == nullptr)
        return rules.fault(path, fmt::format("the peer of {}, \"{}\", is no host", host.name, host.peer),
                           rules.unknown_host_remedy(host.peer));
    if (peer->mode != HostMode::master)
        return rules.fault(
            path, fmt::format("the peer of {}, {}, isn't a master", host.name, peer->name),
            fmt::format("write {} in {}, or name another peer", rules.setting("mode", "master"), rules.section(*peer)));
    // A peer's own peer that can't be one is told about there.
    const Host* other = rules.config.host(peer->peer);
    if (other != nullptr && other != &host && other != peer && other->mode == HostMode::master)
        rules.fault(path,
                    fmt::format("the peer of {} is {}, but the peer of {} is {}{}", host.name, peer->name, peer->name,
                                peer->peer, rules.see(Rules::path(*peer) + ".peer")),
                    fmt::format("two masters name each other: write {} in {}", rules.setting("peer", host.name),
                                rules.section(*peer)));
}

}  // namespace

void check_names(Rules& rules) {
    const auto& config = rules.config;
    if (!config.cluster.empty() && !is_name(config.cluster))
        rules.fault("cluster", "the cluster's name has characters that can't stand in file names",
                    std::string(kNameRemedy));
    for (const auto& [name, host] : config.hosts) {
        if (!is_name(name)) rules.fault(Rules::path(host), "a host has an invalid name", std::string(kNameRemedy));
        if (name == "all")
            rules.fault(Rules::path(host), "a host can't be named \"all\": `mmm ctl checks all` means every host",
                        "choose another name");
        if (name == "monitor")
            rules.fault(Rules::path(host), "a host can't be named \"monitor\": that is the monitor's name among voters",
                        "choose another name");
    }
    for (const auto& [name, role] : config.roles) {
        if (!is_name(name)) rules.fault(Rules::path(role), "a role has an invalid name", std::string(kNameRemedy));
    }
    if (rules.needs.self && config.self.empty() && !rules.where.refused("this"))
        rules.doubt("", "\"this\" is missing: the agent takes the host that has one of this machine's addresses",
                    fmt::format("add {} outside of any section", rules.setting("this", "NAME")));
    if (!config.self.empty() && config.host(config.self) == nullptr)
        rules.fault("this", fmt::format("\"this\" names {}, which is no host", config.self),
                    rules.unknown_host_remedy(config.self));
}

void check_hosts(Rules& rules) {
    const auto& config = rules.config;
    if (config.hosts.empty())
        rules.fault("", "there are no hosts",
                    fmt::format("add a section {} for each database host", rules.section("host.NAME")));
    if (config.hosts.size() > kMostHosts)
        rules.fault("", fmt::format("there are {} hosts", config.hosts.size()),
                    fmt::format("one cluster has at most {}", kMostHosts));
    for (const auto& [name, host] : config.hosts) check_host(rules, host);
}

void check_peers(Rules& rules) {
    for (const auto& [name, host] : rules.config.hosts) check_peer(rules, host);
}

}  // namespace mmm::config
