// The monitor's own settings.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/config/duration_text.hpp"
#include "core/config/rules.hpp"

namespace mmm::config {

namespace {

void check_paths(Rules& rules, const Monitor& monitor) {
    const auto absolute = [&](std::string_view key, const std::string& value) {
        rules.must_be_absolute(fmt::format("monitor.{}", key), fmt::format("\"{}\"", key), value);
    };
    absolute("status_path", monitor.status_path);
    absolute("journal_path", monitor.journal_path);
    absolute("control_socket", monitor.control_socket);
    absolute("audit_path", monitor.audit_path);
    absolute("pid_path", monitor.pid_path);
    absolute("bin_path", monitor.bin_path);
    const bool from_bin_path = !monitor.bin_path.empty() && !rules.where.has("monitor.kill_host_bin");
    if (!from_bin_path) absolute("kill_host_bin", monitor.kill_host_bin);
    if (monitor.status_path.empty() && !rules.where.refused("monitor.status_path"))
        rules.fault("monitor.status_path", "\"status_path\" is empty: a restarted monitor would know nothing",
                    "remove the line, or write a path");
    if (!monitor.pid_path.empty() && monitor.pid_path == monitor.status_path)
        rules.fault("monitor.pid_path", "\"pid_path\" and \"status_path\" are the same file",
                    "write two different files");
    if (!monitor.journal_path.empty() &&
        (monitor.journal_path == monitor.status_path || monitor.journal_path == monitor.pid_path))
        rules.fault("monitor.journal_path", "\"journal_path\" is the file of another key as well",
                    "write a file of its own, or remove the line");
}

/// A host's own failure must not look like the monitor's.
void check_ping_ips(Rules& rules, const Monitor& monitor) {
    const auto& ips = monitor.ping_ips;
    if (rules.needs.monitor && ips.empty() && !rules.where.refused("monitor.ping_ips"))
        rules.doubt("monitor.ping_ips",
                    "\"ping_ips\" is empty: the monitor can't tell its own network's failure from all hosts'",
                    "write addresses that always answer, like the router's");
    std::set<Address> seen;
    for (std::size_t i = 0; i < ips.size(); ++i) {
        const std::string path = fmt::format("monitor.ping_ips[{}]", i);
        if (ips[i] == monitor.ip || ips[i].is_loopback())
            rules.fault(path, fmt::format("{} in ping_ips is the monitor itself, which always answers", ips[i].text()),
                        "write addresses beyond its own network interface");
        else if (!seen.insert(ips[i]).second)
            rules.doubt(path, fmt::format("{} stands in ping_ips twice", ips[i].text()), "remove one");
    }
    if (seen.size() != 1) return;
    for (const auto& [name, host] : rules.config.hosts) {
        if (host.ip == *seen.begin())
            rules.doubt("monitor.ping_ips",
                        fmt::format("only {} is in ping_ips: while it is down, the monitor believes to have no network "
                                    "and moves nothing",
                                    name),
                        "add the other hosts, or the router");
    }
}

void check_times(Rules& rules, const Monitor& monitor) {
    if (monitor.auto_set_online > monitor.flap_duration)
        rules.doubt("monitor.auto_set_online",
                    fmt::format("auto_set_online is {}, longer than flap_duration ({}): a flapping host returns sooner "
                                "than a quiet one",
                                duration_text(monitor.auto_set_online), duration_text(monitor.flap_duration)),
                    "shorten auto_set_online or lengthen flap_duration");
    const auto ping = rules.config.checks.find(CheckKind::ping);
    if (ping != rules.config.checks.end() && monitor.ping_interval > ping->second.trap_period &&
        ping->second.trap_period > 0s)
        rules.doubt(
            "monitor.ping_interval",
            fmt::format("ping_interval is {}, longer than the ping check's trap_period ({}): hosts are given up "
                        "before the monitor notices that its own network is down",
                        duration_text(monitor.ping_interval), duration_text(ping->second.trap_period)),
            "write a shorter ping_interval");
}

}  // namespace

void check_socket(Rules& rules) {
    const auto& socket = rules.config.socket;
    for (const auto& [key, file] : {std::pair<std::string, const std::string&>{"cert_file", socket.cert_file},
                                    {"key_file", socket.key_file},
                                    {"ca_file", socket.ca_file}}) {
        const std::string path = "socket." + key;
        rules.must_be_absolute(path, fmt::format("\"{}\"", key), file);
        if (socket.type == SocketType::ssl && file.empty() && !rules.where.refused(path))
            rules.fault("socket.type", fmt::format("type ssl needs \"{}\"", key),
                        fmt::format("add {} to {}", rules.setting(key, "/etc/mmm/..."), rules.section("socket")));
        if (socket.type == SocketType::plain && !file.empty())
            rules.doubt(path, fmt::format("\"{}\" has no effect with type plain", key),
                        "write " + rules.setting("type", "ssl"));
    }
}

void check_monitor(Rules& rules) {
    const auto& monitor = rules.config.monitor;
    if (rules.needs.monitor_place && monitor.ip.is_unspecified() && !rules.where.refused("monitor.ip"))
        rules.fault("monitor.ip", "the monitor has no ip",
                    fmt::format("add {} to {}", rules.setting("ip", "ADDRESS"), rules.section("monitor")));
    // In classic files it is the usual value: mmm_control was run on the monitor's host.
    if (monitor.ip.is_loopback() && rules.where.format() == Format::toml)
        rules.doubt(
            "monitor.ip",
            fmt::format("the monitor's ip is {}: `mmm ctl` works on the monitor's own host only", monitor.ip.text()),
            "write the address by which the other hosts reach it");
    check_paths(rules, monitor);
    check_ping_ips(rules, monitor);
    check_times(rules, monitor);
}

}  // namespace mmm::config
