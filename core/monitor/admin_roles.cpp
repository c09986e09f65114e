#include <algorithm>

#include "core/monitor/admin_commands.hpp"
#include "core/monitor/allocate.hpp"
#include "core/monitor/candidate.hpp"
#include "core/monitor/planned_move.hpp"
#include "core/monitor/show.hpp"

// move_role and set_ip.

namespace mmm::monitor {
namespace {

using proto::ControlReply;
using Words = std::vector<std::string>;

ControlReply unknown_role(const AdminCommand& command, const RoleName& name) {
    std::vector<std::string> names;
    for (const auto& [role, settings] : command.config.roles) names.push_back(role);
    return refused("Unknown role '" + name + "'. Roles are: " + joined(names));
}

/// What to do about a host that is not eligible for a role; empty: nothing is known to help.
std::string remedy(const AdminCommand& command, const HostName& name, const config::Role& role) {
    if (!command.config.can_hold(name, role.name)) return " Its hosts are: " + joined(role.hosts);
    const HostState state = command.state.hosts.at(name).state;
    if (state == HostState::admin_offline || state == HostState::awaiting_recovery) return " Set it online first.";
    const bool has_agent = agent_reachable(command.state.hosts.at(name), command.now.time);
    if (state == HostState::online && by_leases(command.state) && has_agent) return "";  // it says what helps
    if (state == HostState::online) return " Start `mmm agent` there first.";
    return " `checks " + name + "` says what is wrong there.";
}

/// Source: MMM 2.2: the role's addresses leave the host and are placed anew.
ControlReply move_balanced(AdminCommand& command, const config::Role& role, const HostName& host) {
    int count = 0;
    for (const auto& ip : role.ips) {
        const Slot slot{role.name, ip};
        if (command.state.slots.at(slot).holder != host) continue;
        assign(command.config, command.state, slot, "", "moved by an operator", command.now.time, command.effects);
        ++count;
    }
    return done("Took " + std::to_string(count) + " address(es) of balanced role '" + role.name + "' off host '" +
                host + "'; they are placed anew.");
}

/// It has the writer role and still applies what it received; maybe again, after its agent or its server came back.
bool is_arriving(const AdminCommand& command, const HostName& host) {
    const SlotRecord& record = command.state.slots.at(writer_slot(command.config));
    const auto& status = command.state.hosts.at(host).status;
    return record.holder == host && status && status->writer == proto::WriterPhase::arriving;
}

/// By the operator's word the new writer does without what it hasn't applied, but only when drain_timeout is over: a
/// move has to last as long.
void allow_loss(AdminCommand& command) {
    SlotRecord& record = command.state.slots.at(writer_slot(command.config));
    if (record.late_drain == proto::LateDrain::promote) return;
    record.late_drain = proto::LateDrain::promote;
    if (command.state.move) command.state.move->deadline += command.config.drain_timeout;
}

/// The operator's word on what to do at the end of drain_timeout.
ControlReply judge_drain(AdminCommand& command, const HostName& host, bool force) {
    if (force) {
        allow_loss(command);
        return done("Host '" + host +
                    "' becomes the writer without what it hasn't applied when drain_timeout is over, " +
                    "at once if it is. What it does without is listed by `show`.");
    }
    command.state.slots.at(writer_slot(command.config)).late_drain = proto::LateDrain::wait;
    return done("Host '" + host + "' applies on, and becomes the writer when it has applied everything it received. " +
                "Use --force to do without the rest.");
}

}  // namespace

ControlReply move_role(AdminCommand& command) {
    Words words = command.words;
    const bool force = std::erase(words, "--force") > 0;
    if (words.size() != 3) return usage("Usage: move_role [--force] ROLE HOST");
    const auto& [role_name, host_name] = std::pair(words[1], words[2]);
    State& state = command.state;
    const config::Role* role = command.config.role(role_name);
    if (role == nullptr) return unknown_role(command, role_name);
    const auto found = state.hosts.find(host_name);
    if (found == state.hosts.end()) return unknown_host(command, host_name);
    if (state.mode == MonitorMode::passive) {
        return refused("The monitor is in PASSIVE mode and moves nothing. Use set_active or set_manual first.");
    }
    const bool writer = role_name == command.config.active_master_role;
    if (force && !writer)
        return refused("--force is for the role '" + command.config.active_master_role + "' only. Leave it out.");
    HostRecord& host = found->second;
    const bool data_trouble = host.state == HostState::online && !why_not_writer(host, host_name).empty();
    const bool replication_trouble =
        host.state == HostState::replication_fail || host.state == HostState::replication_delay || data_trouble;
    if (writer && is_arriving(command, host_name)) return judge_drain(command, host_name, force);
    const bool forced = force && replication_trouble && agent_reachable(host, command.now.time) &&
                        command.config.can_hold(host_name, role_name);
    const std::string why = why_not_eligible(command.config, state, host_name, role_name, command.now.time);
    if (!why.empty() && !forced) {
        const bool may_force = writer && replication_trouble && !force;
        return refused("Role '" + role_name + "' can't move to '" + host_name + "': " + why + "." +
                       (may_force ? " Use --force to move it all the same; changes it hasn't applied or never received "
                                    "may be lost; they are listed."
                                  : remedy(command, host_name, *role)));
    }
    if (role->mode == RoleMode::balanced) return move_balanced(command, *role, host_name);
    const Slot slot{role_name, role->ips.front()};
    const HostName holder = state.slots.at(slot).holder;
    if (holder == host_name)
        return done("Host '" + host_name + "' has role '" + role_name + "' already. Nothing to do.");
    if (!role->prefer.empty() && holder == role->prefer && state.mode == MonitorMode::active) {
        return refused("Role '" + role_name + "' prefers host '" + role->prefer +
                       "' and would move back at once. Use set_manual first, or set that host offline.");
    }
    if (writer && state.move) {
        return refused("The role is on its way from '" + state.move->from + "' to '" + state.move->to +
                       "' just now. Try again when it is there.");
    }
    if (forced) {
        change_state(state, host_name, HostState::online, "forced by an operator", command.now.time, command.effects);
        host.errant_accepted = host.errant;
    }
    if (writer && !holder.empty()) {
        const MoveKind kind = forced ? MoveKind::at_once : force ? MoveKind::forced : MoveKind::careful;
        plan_writer_move(command.config, state, host_name, "moved by an operator", command.now.time, command.effects,
                         kind);
    } else {
        assign(command.config, state, slot, host_name, "moved by an operator", command.now.time, command.effects);
    }
    if (forced) allow_loss(command);
    const std::string from = holder.empty() ? "" : "from '" + holder + "' ";
    return done("Role '" + role_name + "' moves " + from + "to '" + host_name + "'. Look with `show`.");
}

ControlReply set_ip(AdminCommand& command) {
    const HostName& host = command.words.at(2);
    const auto ip = Address::parse(command.words.at(1));
    if (!ip) return refused(ip.error().message);
    if (command.state.mode != MonitorMode::passive) {
        return refused("set_ip works in PASSIVE mode only; in " + mode_word(command.state.mode) +
                       " mode use move_role.");
    }
    if (!command.state.hosts.contains(host)) return unknown_host(command, host);
    for (auto& [slot, record] : command.state.slots) {
        if (slot.ip != *ip) continue;
        if (!command.config.can_hold(host, slot.role)) {
            return refused("Host '" + host + "' can't have role '" + slot.role +
                           "' by the configuration; its hosts are: " + joined(command.config.role(slot.role)->hosts));
        }
        assign(command.config, command.state, slot, host, "set by an operator", command.now.time, command.effects);
        return done("Address " + ip->text() + " belongs to host '" + host + "' from now on" + kNotTold);
    }
    std::vector<std::string> known;
    for (const auto& [slot, record] : command.state.slots) known.push_back(slot.text());
    return refused("No role has the address " + ip->text() + ". Addresses are: " + joined(known));
}

}  // namespace mmm::monitor
