#include "core/monitor/allocate.hpp"

#include <algorithm>
#include <iterator>

#include "core/monitor/await_others.hpp"
#include "core/monitor/candidate.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/lagging.hpp"
#include "core/monitor/planned_move.hpp"
#include "core/monitor/unable.hpp"

namespace mmm::monitor {
namespace {

/// In halves, so that the writer counts half a slot: it is the one whose load can't be spread.
int load_in_halves(const Config& config, const State& state, const HostName& host) {
    int load = 0;
    for (const auto& [slot, record] : state.slots) {
        if (record.holder == host) load += config.is_writer_slot(slot) ? 1 : 2;
    }
    return load;
}

int count_of_role(const State& state, const HostName& host, const RoleName& role) {
    return static_cast<int>(std::count_if(state.slots.begin(), state.slots.end(), [&](const auto& entry) {
        return entry.first.role == role && entry.second.holder == host;
    }));
}

std::vector<HostName> eligible_hosts(const Config& config, const State& state, const config::Role& role, Time now) {
    std::vector<HostName> hosts;
    for (const auto& [name, host] : config.hosts) {
        if (why_not_eligible(config, state, name, role.name, now).empty()) hosts.push_back(name);
    }
    return hosts;
}

/// The host has nothing of the slot and can't get it by lease (a lost record, another list), while another could.
/// Empty: it stays.
std::string why_never_leased(const Config& config, const State& state, const Slot& slot, const HostName& host,
                             Time now) {
    const HostRecord& record = state.hosts.at(host);
    if (!by_leases(state) || !agent_reachable(record, now) || may_have(config, *record.status, slot)) return "";
    const std::string why = why_no_lease(state, host, now);
    if (why.empty() || eligible_hosts(config, state, *config.role(slot.role), now).empty()) return "";
    return host + " can't take part in leases: " + why;
}

/// What a server without GTIDs has can't be compared, so it takes the writer role over from nobody but itself.
std::string why_no_gtids(const HostRecord& record, const HostName& host) {
    if (!record.status || record.status->gtids) return "";
    return "host '" + host + "' can't prove which transactions it has: " + record.status->history_problem;
}

/// The host was chosen by what was known a moment ago, and nothing was granted yet. Empty: it stays. An operator who
/// forces it has been told.
std::string why_not_after_all(const Config& config, const State& state, const Slot& slot, const SlotRecord& record) {
    const bool granted = record.granted_to == record.holder || (record.attempt && record.attempt->granted);
    if (!config.is_writer_slot(slot) || granted || state.move || record.late_drain != proto::LateDrain::configured)
        return "";
    if (auto why = why_not_writer(state.hosts.at(record.holder), record.holder); !why.empty()) return why;
    // Whoever may have the role already, as found at start, takes it over from nobody.
    const bool new_there = record.last_granted != record.holder && !record.maybe_held.contains(record.holder);
    return new_there ? why_no_gtids(state.hosts.at(record.holder), record.holder) : "";
}

void clear_unfit(const Config& config, State& state, Time now, Effects& effects) {
    for (auto& [slot, record] : state.slots) {
        if (record.holder.empty()) continue;
        const HostRecord& host = state.hosts.at(record.holder);
        // An operator's wish to have a host empty counts in every mode.
        if (host.state == HostState::admin_offline) {
            assign(config, state, slot, "", record.holder + " was set offline", now, effects);
        } else if (!roles_leave_failed_hosts(state)) {
            continue;
        } else if (host.state != HostState::online &&
                   !serves_though_lagging(config, state, record.holder, slot.role, now)) {
            assign(config, state, slot, "", record.holder + " is " + std::string(word(host.state)), now, effects);
        } else if (agent_silent(host, now) && !host.unseen) {
            assign(config, state, slot, "", "the agent of " + record.holder + " is silent", now, effects);
        } else if (const auto why = why_never_leased(config, state, slot, record.holder, now); !why.empty()) {
            assign(config, state, slot, "", why, now, effects);
        } else if (const auto trouble = why_not_after_all(config, state, slot, record); !trouble.empty()) {
            assign(config, state, slot, "", trouble, now, effects);
        }
    }
}

/// Does the host have all that the last writer let go with? Yes, if nobody has to.
bool has_all(const SlotRecord& slot, const HostRecord& record, const HostName& host) {
    if (slot.catch_up.empty() || slot.caught_up || slot.catch_up_of == host) return true;
    return record.status && has_reached(record.status->position, slot.catch_up);
}

/// Of those that may take the writer role: who has most data, and of these who has applied all that the last holder let
/// go with, if anybody has.
std::vector<HostName> best_writers(const Config& config, const State& state, const std::vector<HostName>& hosts,
                                   Time now) {
    const SlotRecord& slot = state.slots.at(writer_slot(config));
    const auto most = with_most_data(state, hosts, now);
    std::vector<HostName> first;
    std::copy_if(most.begin(), most.end(), std::back_inserter(first),
                 [&](const HostName& name) { return has_all(slot, state.hosts.at(name), name); });
    return first.empty() ? most : first;
}

void place_orphans(const Config& config, State& state, const config::Role& role, Time now, Effects& effects) {
    const auto eligible = eligible_hosts(config, state, role, now);
    if (eligible.empty() || others_are_worth_a_wait(config, state, role, eligible, now)) return;
    const bool of_writer = role.name == config.active_master_role;
    for (const auto& ip : role.ips) {
        const Slot slot{role.name, ip};
        if (!state.slots.at(slot).holder.empty()) continue;
        const auto hosts = of_writer ? best_writers(config, state, eligible, now) : eligible;
        const auto lightest = std::min_element(hosts.begin(), hosts.end(), [&](const auto& a, const auto& b) {
            const int of_role_a = count_of_role(state, a, role.name);
            const int of_role_b = count_of_role(state, b, role.name);
            if (of_role_a != of_role_b) return of_role_a < of_role_b;
            return load_in_halves(config, state, a) < load_in_halves(config, state, b);
        });
        const bool preferred = std::find(hosts.begin(), hosts.end(), role.prefer) != hosts.end();
        const std::string lost_because = state.slots.at(slot).reason;
        assign(config, state, slot, preferred ? role.prefer : *lightest, "was without a host", now, effects);
        // For explain it matters why it left the host before.
        if (!lost_because.empty()) state.slots.at(slot).reason = lost_because;
    }
}

/// Moves one address at a time from the fullest to the emptiest host while they differ by two: the fewest moves.
void spread(const Config& config, State& state, const config::Role& role, Time now, Effects& effects) {
    const auto hosts = eligible_hosts(config, state, role, now);
    if (hosts.size() < 2) return;
    for (std::size_t round = 0; round < role.ips.size(); ++round) {
        const auto fewer = [&](const auto& a, const auto& b) {
            return count_of_role(state, a, role.name) < count_of_role(state, b, role.name);
        };
        const HostName from = *std::max_element(hosts.begin(), hosts.end(), fewer);
        const HostName to = *std::min_element(hosts.begin(), hosts.end(), fewer);
        if (count_of_role(state, from, role.name) - count_of_role(state, to, role.name) < 2) return;
        const auto moved = std::find_if(state.slots.rbegin(), state.slots.rend(), [&](const auto& entry) {
            return entry.first.role == role.name && entry.second.holder == from;
        });
        assign(config, state, moved->first, to, "balancing", now, effects);
    }
}

void honour_preference(const Config& config, State& state, const config::Role& role, Time now, Effects& effects) {
    if (role.prefer.empty() || role.ips.empty() || state.mode != MonitorMode::active || state.move) return;
    const Slot slot{role.name, role.ips.front()};
    const SlotRecord& record = state.slots.at(slot);
    if (record.holder == role.prefer || record.holder.empty()) return;
    if (!why_not_eligible(config, state, role.prefer, role.name, now).empty()) return;
    if (config.is_writer_slot(slot)) {
        // Who was chosen for its data has to be in service first: only then can the preferred host catch up with it.
        if (now < state.preference_from || state.active_master != record.holder) return;
        plan_writer_move(config, state, role.prefer, "preferred host is available", now, effects);
    } else {
        assign(config, state, slot, role.prefer, "preferred host is available", now, effects);
    }
}

}  // namespace

std::string why_not_eligible(const Config& config, const State& state, const HostName& host, const RoleName& role,
                             Time now) {
    if (!config.can_hold(host, role))
        return "the configuration does not give role '" + role + "' to host '" + host + "'";
    const HostRecord& record = state.hosts.at(host);
    if (record.state != HostState::online && !serves_though_lagging(config, state, host, role, now))
        return "host '" + host + "' is " + std::string(word(record.state));
    if (auto why = why_not_within_reach(state, host, now); !why.empty()) return why;
    // The writer itself has nothing to apply, and is what others are compared with.
    if (role == config.active_master_role && host != state.active_master) {
        if (auto why = why_not_writer(record, host); !why.empty()) return why;
    }
    if (role != config.active_master_role) return "";
    const SlotRecord& slot = state.slots.at(writer_slot(config));
    return slot.holder == host || slot.last_granted == host ? "" : why_no_gtids(record, host);
}

std::string why_not_within_reach(const State& state, const HostName& host, Time now) {
    const HostRecord& record = state.hosts.at(host);
    if (!agent_reachable(record, now)) return "the agent on host '" + host + "' can't be reached";
    if (record.version1 && now - record.heard >= kVersion1Fresh)
        return "the agent on host '" + host + "' doesn't answer just now";
    if (is_unable(record, now)) return "host '" + host + "' couldn't put an address lately";
    if (by_leases(state)) {
        const std::string why = why_no_lease(state, host, now);
        if (!why.empty()) return "host '" + host + "' can't take part in leases: " + why;
    }
    return "";
}

bool roles_leave_failed_hosts(const State& state) {
    return state.mode == MonitorMode::active;
}

void assign(const Config&, State& state, const Slot& slot, const HostName& host, const std::string& reason, Time now,
            Effects& effects) {
    SlotRecord& record = state.slots.at(slot);
    if (record.holder == host) return;
    effects.push_back(Log{host.empty() ? LogLevel::warning : LogLevel::info,
                          host.empty() ? "role taken off" : "role assigned",
                          {{"slot", slot.text()}, {"from", record.holder}, {"to", host}, {"reason", reason}}});
    record.holder = host;
    record.granted_to.clear();
    record.since = now;
    record.reason = reason;
    record.failed_before = false;
    record.canvass.reset();
    record.fetch.clear();
    record.fetch_from.clear();
    record.late_drain = proto::LateDrain::configured;
}

void allocate(const Config& config, State& state, Now now, Effects& effects) {
    clear_unfit(config, state, now.time, effects);
    give_up_unable(config, state, now.time, effects);
    watch_planned_move(config, state, now.time, effects);
    for (const auto& [name, role] : config.roles) {
        place_orphans(config, state, role, now.time, effects);
        if (role.mode == RoleMode::balanced) {
            spread(config, state, role, now.time, effects);
        } else {
            honour_preference(config, state, role, now.time, effects);
        }
    }
}

}  // namespace mmm::monitor
