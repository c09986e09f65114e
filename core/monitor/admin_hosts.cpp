#include "core/monitor/admin_commands.hpp"
#include "core/monitor/divergence.hpp"

// set_online and set_offline.

namespace mmm::monitor {

using proto::ControlReply;

ControlReply set_online(AdminCommand& command) {
    const HostName& name = command.words.at(1);
    const auto found = command.state.hosts.find(name);
    if (found == command.state.hosts.end()) return unknown_host(command, name);
    HostRecord& host = found->second;
    const std::string state_word(word(host.state));
    if (host.state == HostState::online) return done("Host '" + name + "' is ONLINE already. Nothing to do.");
    if (host.state != HostState::admin_offline && host.state != HostState::awaiting_recovery) {
        return refused(
            "Host '" + name + "' is " + state_word +
            "; only a host that is ADMIN_OFFLINE or AWAITING_RECOVERY can be set online. Reason of its state: " +
            host.reason);
    }
    if (const std::string why = why_not_online(command.config, command.state, name, command.now); !why.empty())
        return refused(why);
    for (const CheckKind kind : {CheckKind::ping, CheckKind::mysql}) {
        if (!good(host, kind)) {
            return refused("Check '" + std::string(word(kind)) + "' fails on host '" + name + "' (" +
                           host.checks.at(kind).message + "); it can't be set online before that is mended.");
        }
    }
    const HostName& peer = command.config.host(name)->peer;
    if (const auto other = command.state.hosts.find(peer);
        other != command.state.hosts.end() && other->second.state == HostState::online &&
        !command.state.active_master.empty() && command.state.active_master != peer) {
        for (const CheckKind kind : {CheckKind::rep_threads, CheckKind::rep_backlog}) {
            if (good(other->second, kind)) continue;
            return refused("Check '" + std::string(word(kind)) + "' fails on its peer '" + peer + "' (" +
                           other->second.checks.at(kind).message + "); set '" + name + "' online when that is mended.");
        }
    }
    if (!agent_reachable(host, command.now.time)) {
        return refused("The agent on host '" + name + "' can't be reached" +
                       (host.link_problem.empty() ? "" : " (" + host.link_problem + ")") +
                       "; start `mmm agent` there first.");
    }
    host.flapping = false;
    host.departures.clear();
    change_state(command.state, name, HostState::online, "set online by an operator", command.now.time,
                 command.effects);
    if (command.state.mode == MonitorMode::passive) return done("Host '" + name + "' is ONLINE now" + kNotTold);
    return done("Host '" + name + "' is ONLINE now. Roles follow; look with `show`.");
}

ControlReply set_offline(AdminCommand& command) {
    const HostName& name = command.words.at(1);
    const auto found = command.state.hosts.find(name);
    if (found == command.state.hosts.end()) return unknown_host(command, name);
    const HostState before = found->second.state;
    if (before == HostState::admin_offline) return done("Host '" + name + "' is ADMIN_OFFLINE already. Nothing to do.");
    if (before != HostState::online && before != HostState::replication_fail &&
        before != HostState::replication_delay) {
        return refused(
            "Host '" + name + "' is " + std::string(word(before)) +
            "; only a host that is ONLINE, REPLICATION_FAIL or REPLICATION_DELAY can be set offline. Wait until it is "
            "back, or set it online first.");
    }
    change_state(command.state, name, HostState::admin_offline, "set offline by an operator", command.now.time,
                 command.effects);
    if (command.state.mode == MonitorMode::passive) return done("Host '" + name + "' is ADMIN_OFFLINE now" + kNotTold);
    const bool stops = command.config.monitor.offline_stops_replication;
    return done("Host '" + name + "' is ADMIN_OFFLINE now: its roles go elsewhere and its replication " +
                (stops ? "is stopped." : "goes on."));
}

}  // namespace mmm::monitor
