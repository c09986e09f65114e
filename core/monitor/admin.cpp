#include "core/monitor/admin.hpp"

#include <algorithm>
#include <map>

#include "core/monitor/allocate.hpp"
#include "core/monitor/show.hpp"

namespace mmm::monitor {
namespace {

using proto::ControlReply;
using Words = std::vector<std::string>;

struct Context {
    const Config& config;
    State& state;
    const Words& words;
    Now now;
    Effects& effects;
};

ControlReply done(std::string text) {
    return {proto::kExitDone, "OK: " + std::move(text), ""};
}
ControlReply refused(std::string text) {
    return {proto::kExitRefused, "ERROR: " + std::move(text), ""};
}
ControlReply usage(std::string text) {
    return {proto::kExitUsage, "ERROR: " + std::move(text), ""};
}

ControlReply unknown_host(const Context& context, const HostName& name) {
    std::string names;
    for (const auto& [host, record] : context.state.hosts) names += (names.empty() ? "" : ", ") + host;
    return refused("Unknown host '" + name + "'. Hosts are: " + names);
}

ControlReply set_online(Context& context) {
    const HostName& name = context.words.at(1);
    const auto found = context.state.hosts.find(name);
    if (found == context.state.hosts.end()) return unknown_host(context, name);
    HostRecord& host = found->second;
    const std::string state_word(word(host.state));
    if (host.state == HostState::online) return done("Host '" + name + "' is ONLINE already. Nothing to do.");
    if (host.state != HostState::admin_offline && host.state != HostState::awaiting_recovery) {
        return refused(
            "Host '" + name + "' is " + state_word +
            "; only a host that is ADMIN_OFFLINE or AWAITING_RECOVERY can be set online. Reason of its state: " +
            host.reason);
    }
    for (const CheckKind kind : {CheckKind::ping, CheckKind::mysql}) {
        if (!good(host, kind)) {
            return refused("Check '" + std::string(word(kind)) + "' fails on host '" + name + "' (" +
                           host.checks.at(kind).message + "); it can't be set online before that is mended.");
        }
    }
    const HostName& peer = context.config.host(name)->peer;
    if (const auto other = context.state.hosts.find(peer);
        other != context.state.hosts.end() && other->second.state == HostState::online &&
        !context.state.active_master.empty() && context.state.active_master != peer) {
        for (const CheckKind kind : {CheckKind::rep_threads, CheckKind::rep_backlog}) {
            if (good(other->second, kind)) continue;
            return refused("Check '" + std::string(word(kind)) + "' fails on its peer '" + peer + "' (" +
                           other->second.checks.at(kind).message + "); set '" + name + "' online when that is mended.");
        }
    }
    if (!agent_reachable(host, context.now.time)) {
        return refused("The agent on host '" + name + "' can't be reached" +
                       (host.link_problem.empty() ? "" : " (" + host.link_problem + ")") +
                       "; start `mmm agent` there first.");
    }
    host.flapping = false;
    host.departures.clear();
    change_state(context.state, name, HostState::online, "set online by an operator", context.now.time,
                 context.effects);
    return done("Host '" + name + "' is ONLINE now. Roles follow; look with `show`.");
}

ControlReply set_offline(Context& context) {
    const HostName& name = context.words.at(1);
    const auto found = context.state.hosts.find(name);
    if (found == context.state.hosts.end()) return unknown_host(context, name);
    const HostState before = found->second.state;
    if (before == HostState::admin_offline) return done("Host '" + name + "' is ADMIN_OFFLINE already. Nothing to do.");
    if (before != HostState::online && before != HostState::replication_fail &&
        before != HostState::replication_delay) {
        return refused("Host '" + name + "' is " + std::string(word(before)) +
                       "; only a host that is ONLINE, REPLICATION_FAIL or REPLICATION_DELAY can be set offline.");
    }
    change_state(context.state, name, HostState::admin_offline, "set offline by an operator", context.now.time,
                 context.effects);
    const bool stops = context.config.monitor.offline_stops_replication;
    return done("Host '" + name + "' is ADMIN_OFFLINE now: its roles go elsewhere and its replication " +
                (stops ? "is stopped." : "goes on."));
}

ControlReply set_mode(Context& context, MonitorMode mode) {
    State& state = context.state;
    if (state.mode == mode) return done("The monitor is in " + mode_word(mode) + " mode already. Nothing to do.");
    const std::string before = mode_word(state.mode);
    state.mode = mode;
    state.mode_reason = mode == MonitorMode::passive ? "an operator's command" : "";
    context.effects.push_back(
        Log{LogLevel::info, "mode changed by an operator", {{"from", before}, {"to", mode_word(mode)}}});
    return done("Switched from " + before + " to " + mode_word(mode) + " mode.");
}

/// Source: MMM 2.2: the role's addresses leave the host and are placed anew.
ControlReply move_balanced(Context& context, const config::Role& role, const HostName& host) {
    int count = 0;
    for (const auto& ip : role.ips) {
        const Slot slot{role.name, ip};
        if (context.state.slots.at(slot).holder != host) continue;
        assign(context.config, context.state, slot, "", "moved by an operator", context.now.time, context.effects);
        ++count;
    }
    return done("Took " + std::to_string(count) + " address(es) of balanced role '" + role.name + "' off host '" +
                host + "'; they are placed anew.");
}

ControlReply move_role(Context& context) {
    Words words = context.words;
    const bool force = std::erase(words, "--force") > 0;
    if (words.size() != 3) return usage("Usage: move_role [--force] ROLE HOST");
    const auto& [role_name, host_name] = std::pair(words[1], words[2]);
    State& state = context.state;
    const config::Role* role = context.config.role(role_name);
    if (role == nullptr) return refused("Unknown role '" + role_name + "'. See `show` for the roles.");
    const auto found = state.hosts.find(host_name);
    if (found == state.hosts.end()) return unknown_host(context, host_name);
    if (state.mode == MonitorMode::passive) {
        return refused("The monitor is in PASSIVE mode and moves nothing. Use set_active or set_manual first.");
    }
    const bool writer = role_name == context.config.active_master_role;
    if (force && !writer) return refused("--force is for the role '" + context.config.active_master_role + "' only.");
    const HostRecord& host = found->second;
    const bool replication_trouble =
        host.state == HostState::replication_fail || host.state == HostState::replication_delay;
    const bool forced = force && replication_trouble && agent_reachable(host, context.now.time) &&
                        context.config.can_hold(host_name, role_name);
    const std::string why = why_not_eligible(context.config, state, host_name, role_name, context.now.time);
    if (!why.empty() && !forced) {
        const bool may_force = writer && replication_trouble && !force;
        return refused(
            "Role '" + role_name + "' can't move to '" + host_name + "': " + why + "." +
            (may_force ? " Use --force to move it all the same; changes it hasn't applied may be lost." : ""));
    }
    if (role->mode == RoleMode::balanced) return move_balanced(context, *role, host_name);
    const Slot slot{role_name, role->ips.front()};
    const HostName holder = state.slots.at(slot).holder;
    if (holder == host_name)
        return done("Host '" + host_name + "' has role '" + role_name + "' already. Nothing to do.");
    if (!role->prefer.empty() && holder == role->prefer && state.mode == MonitorMode::active) {
        return refused("Role '" + role_name + "' prefers host '" + role->prefer +
                       "' and would move back at once. Use set_manual first, or set that host offline.");
    }
    if (writer && state.move) {
        return refused("The role is on its way from '" + state.move->from + "' to '" + state.move->to + "' just now.");
    }
    if (forced) {
        change_state(state, host_name, HostState::online, "forced by an operator", context.now.time, context.effects);
    }
    if (writer && !holder.empty()) {
        plan_writer_move(context.config, state, host_name, "moved by an operator", context.now.time, context.effects);
    } else {
        assign(context.config, state, slot, host_name, "moved by an operator", context.now.time, context.effects);
    }
    const std::string from = holder.empty() ? "" : "from '" + holder + "' ";
    return done("Role '" + role_name + "' moves " + from + "to '" + host_name + "'. Look with `show`.");
}

ControlReply set_ip(Context& context) {
    const HostName& host = context.words.at(2);
    const auto ip = Address::parse(context.words.at(1));
    if (!ip) return refused(ip.error().message);
    if (context.state.mode != MonitorMode::passive) {
        return refused("set_ip works in PASSIVE mode only; in " + mode_word(context.state.mode) +
                       " mode use move_role.");
    }
    if (!context.state.hosts.contains(host)) return unknown_host(context, host);
    for (auto& [slot, record] : context.state.slots) {
        if (slot.ip != *ip) continue;
        if (!context.config.can_hold(host, slot.role)) {
            return refused("Host '" + host + "' can't have role '" + slot.role + "' by the configuration.");
        }
        assign(context.config, context.state, slot, host, "set by an operator", context.now.time, context.effects);
        return done("Address " + ip->text() + " belongs to host '" + host +
                    "' from now on; nothing is sent before set_active or set_manual.");
    }
    return refused("No role has the address " + ip->text() + ".");
}

ControlReply checks(Context& context) {
    const std::string host = context.words.size() > 1 ? context.words[1] : "all";
    const std::string kind = context.words.size() > 2 ? context.words[2] : "all";
    if (host != "all" && !context.state.hosts.contains(host)) return unknown_host(context, host);
    if (kind != "all" && !check_kind(kind)) {
        return refused("Unknown check '" + kind + "'. Checks are: ping, mysql, rep_backlog, rep_threads");
    }
    return {proto::kExitDone, checks_text(context.state, host, kind, context.now),
            checks_json(context.state, host, kind, context.now)};
}

struct Command {
    std::size_t least = 0;  ///< arguments
    std::size_t most = 0;
    const char* arguments = "";
    const char* meaning = "";
    ControlReply (*run)(Context&) = nullptr;
};

ControlReply help(Context& context);

const std::map<std::string, Command>& commands() {
    static const std::map<std::string, Command> table{
        {"help", {0, 0, "", "show this text", help}},
        {"ping",
         {0, 0, "", "see whether the monitor lives", [](Context&) { return done("Pinged the monitor, it lives."); }}},
        {"show",
         {0, 0, "", "show hosts, their states and roles",
          [](Context& context) {
              return ControlReply{proto::kExitDone, show_text(context.config, context.state, context.now),
                                  show_json(context.config, context.state, context.now)};
          }}},
        {"checks", {0, 2, "[HOST|all [CHECK|all]]", "show the checks' results", checks}},
        {"set_online", {1, 1, "HOST", "put a host into service", set_online}},
        {"set_offline", {1, 1, "HOST", "take a host out of service", set_offline}},
        {"mode",
         {0, 0, "", "print the mode",
          [](Context& context) {
              return ControlReply{proto::kExitDone, mode_word(context.state.mode), ""};
          }}},
        {"set_active", {0, 0, "", "act on failures", [](Context& c) { return set_mode(c, MonitorMode::active); }}},
        {"set_manual",
         {0, 0, "", "leave roles on failed hosts", [](Context& c) { return set_mode(c, MonitorMode::manual); }}},
        {"set_passive",
         {0, 0, "", "watch, change nothing", [](Context& c) { return set_mode(c, MonitorMode::passive); }}},
        {"move_role", {2, 3, "[--force] ROLE HOST", "move a role to a host", move_role}},
        {"set_ip", {2, 2, "IP HOST", "in passive mode: say whose address it is", set_ip}},
    };
    return table;
}

ControlReply help(Context&) {
    std::string text = "Commands:\n";
    for (const auto& [name, command] : commands()) {
        std::string left = "  " + name + " " + command.arguments;
        left.resize(std::max<std::size_t>(left.size() + 1, 34), ' ');
        text += left + command.meaning + "\n";
    }
    return {proto::kExitDone, text, ""};
}

}  // namespace

ControlReply run_command(const Config& config, State& state, const std::vector<std::string>& words, Now now,
                         Effects& effects) {
    if (words.empty()) return usage("No command given. Try `help`.");
    const auto found = commands().find(words.front());
    if (found == commands().end()) return usage("Invalid command '" + words.front() + "'. Try `help`.");
    const Command& command = found->second;
    const std::size_t arguments = words.size() - 1;
    if (arguments < command.least || arguments > command.most) {
        const std::string arguments_text = command.arguments;
        return usage("Usage: " + words.front() + (arguments_text.empty() ? "" : " ") + arguments_text);
    }
    if (state.phase == Phase::collecting && words.front().starts_with("set_")) {
        return refused(
            "The monitor is still starting: it looks at the cluster before it acts. Try again in a few seconds.");
    }
    if (state.phase == Phase::collecting && words.front() == "move_role") {
        return refused(
            "The monitor is still starting: it looks at the cluster before it acts. Try again in a few seconds.");
    }
    Context context{config, state, words, now, effects};
    return command.run(context);
}

}  // namespace mmm::monitor
