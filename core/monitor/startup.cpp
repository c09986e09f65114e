#include "core/monitor/startup.hpp"

#include <algorithm>

#include "core/monitor/checks.hpp"
#include "core/monitor/fence.hpp"

namespace mmm::monitor {
namespace {

/// How long start-up waits for an agent that doesn't answer, counted from when the network is fine.
constexpr Duration kAgentChance{2500};
/// How long for one that answers and refuses us: after another monitor was there it does so for up to 5 s.
constexpr Duration kRefusingAgentChance{8000};
/// How long it waits for a first round of checks.
constexpr Duration kCheckChance{5000};

struct Score {
    int votes = 0;
    bool stored = false;
};

/// A host that may still be booting keeps its roles in WAIT mode as it does in MANUAL; PASSIVE elects as ACTIVE does.
bool failed_hosts_lose_roles(const State& state) {
    return state.mode != MonitorMode::manual && state.mode != MonitorMode::wait;
}

bool stored_on(const State& state, const Slot& slot, const HostName& host) {
    return state.slots.at(slot).holder == host;
}

bool granted_on(const proto::AgentStatus& status, const Slot& slot) {
    return status.granted.contains(slot) || status.lease.held.contains(slot);
}

Score writer_score(const Config& config, const State& state, const Slot& slot, const HostName& host) {
    const HostRecord& record = state.hosts.at(host);
    Score score{0, stored_on(state, slot, host)};
    if (record.state == HostState::admin_offline) return score;
    if (record.state == HostState::hard_offline && failed_hosts_lose_roles(state)) return score;
    if (score.stored) score.votes += 1;
    if (record.status) {
        if (record.status->read_only == false) score.votes += 4;
        if (record.status->present.contains(slot)) score.votes += 2;
        if (granted_on(*record.status, slot)) score.votes += 1;
    }
    if (score.votes == 0) return score;
    for (const auto& [name, other] : state.hosts) {
        if (config.host(name)->mode != HostMode::slave || !other.status) continue;
        if (other.status->source == config.host(host)->ip) score.votes += 1;
    }
    return score;
}

Score other_score(const Config& config, const State& state, const Slot& slot, const HostName& host) {
    const HostRecord& record = state.hosts.at(host);
    Score score{0, stored_on(state, slot, host)};
    const bool may_lag = record.state == HostState::replication_delay && config.role(slot.role)->minimum > 0;
    const bool fit = record.state == HostState::online || record.state == HostState::awaiting_recovery || may_lag;
    if (!fit && failed_hosts_lose_roles(state)) return score;
    if (score.stored) score.votes += 2;
    if (record.status && record.status->present.contains(slot)) score.votes += 4;
    if (record.status && granted_on(*record.status, slot)) score.votes += 1;
    return score;
}

HostName elect(const Config& config, const State& state, const Slot& slot) {
    HostName best;
    Score best_score;
    for (const auto& host : config.role(slot.role)->hosts) {
        const Score score = config.is_writer_slot(slot) ? writer_score(config, state, slot, host)
                                                        : other_score(config, state, slot, host);
        const bool better =
            score.votes > best_score.votes || (score.votes == best_score.votes && score.stored && !best_score.stored);
        if (score.votes == 0 || !better) continue;
        best = host;
        best_score = score;
    }
    return best;
}

/// When the first of those agents that spoke took us.
Time first_admitted(const State& state) {
    Time first = Time::max();
    for (const auto& [name, host] : state.hosts) {
        if (host.status) first = std::min(first, host.connected_at);
    }
    return first;
}

/// The graver of what was stored and what the agent was last told; a host that nobody knows waits for its recovery.
HostState first_state(const HostRecord& record) {
    const HostState told = record.status ? record.status->state : HostState::unknown;
    for (const HostState state : {HostState::admin_offline, HostState::hard_offline, HostState::replication_fail,
                                  HostState::replication_delay, HostState::online}) {
        if (record.state == state || told == state) return state;
    }
    return HostState::awaiting_recovery;
}

void note_possible_holders(const Config& config, State& state) {
    for (auto& [name, host] : state.hosts) {
        for (const auto& slot : config.slots_of(name)) {
            if (!host.status || may_have(config, *host.status, slot)) state.slots.at(slot).maybe_held.insert(name);
        }
    }
}

bool writer_on_two_hosts(const Config& config, const State& state) {
    const Slot slot = writer_slot(config);
    return std::count_if(state.hosts.begin(), state.hosts.end(), [&](const auto& entry) {
               return entry.second.status && entry.second.status->present.contains(slot);
           }) > 1;
}

void keep_holder(const Config& config, State& state, const Slot& slot, const HostName& host, Now now,
                 Effects& effects) {
    SlotRecord& record = state.slots.at(slot);
    record.holder = host;
    record.since = now.time;
    if (host.empty()) return;
    record.reason = "as found at the monitor's start";
    if (config.is_writer_slot(slot) || state.hosts.at(host).state == HostState::awaiting_recovery) {
        change_state(state, host, HostState::online, "keeps " + slot.text(), now.time, effects);
    }
}

}  // namespace

void remember(const Config& config, State& state, const StoredStatus& stored) {
    for (const auto& [name, host] : stored.hosts) {
        const auto found = state.hosts.find(name);
        if (found == state.hosts.end()) continue;
        found->second.state = host.state;
        for (const auto& slot : host.slots) {
            if (state.slots.contains(slot) && config.can_hold(name, slot.role)) state.slots.at(slot).holder = name;
        }
    }
    for (const auto& name : stored.version1) {
        if (state.hosts.contains(name)) state.hosts.at(name).version1 = true;
    }
    for (const auto& name : stored.version2) {
        if (state.hosts.contains(name)) state.hosts.at(name).version2 = true;
    }
    for (const auto& name : stored.alone) {
        if (state.hosts.contains(name)) state.hosts.at(name).alone = true;
    }
    for (const auto& name : stored.no_leases) {
        if (state.hosts.contains(name)) state.hosts.at(name).no_leases = state.lease.begun = true;
    }
    for (const auto& name : stored.by_lease) {
        if (state.hosts.contains(name)) state.hosts.at(name).by_lease = state.lease.begun = true;
    }
    for (const auto& name : stored.returning) {
        if (state.hosts.contains(name)) state.hosts.at(name).returning = true;
    }
    for (const auto& [name, decision] : stored.decisions) {
        if (state.hosts.contains(name)) state.hosts.at(name).decision = decision;
    }
    for (const auto& [slot, epoch] : stored.epochs) {
        if (state.slots.contains(slot)) state.slots.at(slot).epoch = epoch;
    }
}

bool refused_by_all(const State& state) {
    const auto spoke = [](const auto& entry) { return entry.second.status.has_value(); };
    const auto refuses = [](const auto& entry) { return entry.second.refuses; };
    return std::none_of(state.hosts.begin(), state.hosts.end(), spoke) &&
           std::any_of(state.hosts.begin(), state.hosts.end(), refuses);
}

bool seen_enough(const State& state, Now now) {
    if (!state.network_since || refused_by_all(state)) return false;
    Duration waited = now.time - *state.network_since;
    // Those that still refuse us get their chance from when the first one no longer did.
    for (const auto& [name, host] : state.hosts) {
        if (host.refuses && !host.status) waited = std::min(waited, now.time - first_admitted(state));
    }
    for (const auto& [name, host] : state.hosts) {
        if (!host.status && waited < (host.refuses ? kRefusingAgentChance : kAgentChance)) return false;
        for (const auto& [kind, check] : host.checks) {
            if (!check.seen && waited < kCheckChance) return false;
        }
    }
    return true;
}

void decide(const Config& config, State& state, Now now, Effects& effects) {
    for (auto& [name, host] : state.hosts) {
        const HostState first = first_state(host);
        host.state = HostState::unknown;
        change_state(state, name, first, "as found at start", now.time, effects);
        if (first == HostState::online) give_first_trap(host, now.time);
    }
    note_possible_holders(config, state);
    if (config.monitor.careful_startup && writer_on_two_hosts(config, state) && state.mode != MonitorMode::passive) {
        state.mode = MonitorMode::passive;
        state.mode_reason =
            "the writer's address is on two hosts; look which one is right, say so with set_ip, then set_active";
        effects.push_back(Log{LogLevel::error, "starting in PASSIVE mode", {{"reason", state.mode_reason}}});
    }
    for (auto& [slot, record] : state.slots) keep_holder(config, state, slot, elect(config, state, slot), now, effects);
    state.phase = Phase::running;
    effects.push_back(Log{LogLevel::info, "start-up is over, roles are as found", {{"event", "started"}}});
}

}  // namespace mmm::monitor
