#include "core/monitor/host_states.hpp"

#include <algorithm>

#include "core/monitor/divergence.hpp"

namespace mmm::monitor {
namespace {

/// A host that was gone for less than this without a reboot comes back by itself. Source: MMM 2.2.
constexpr Duration kBriefAbsence{60'000};

constexpr const char* kQuarantined = "is kept out of service";

const char* dead_because(const HostView& view) {
    return view.ping ? "mysql check fails" : "host does not answer pings";
}

std::optional<Transition> from_online(const config::Monitor& limits, const HostView& view) {
    if (!view.ping || !view.mysql) return Transition{HostState::hard_offline, dead_because(view)};
    if (view.quarantined) return Transition{HostState::awaiting_recovery, kQuarantined};
    if (view.active_master || !view.peer_healthy || view.peer_online_for < limits.replication_grace)
        return std::nullopt;
    if (!view.threads) return Transition{HostState::replication_fail, "replication threads are not running"};
    if (!view.backlog) return Transition{HostState::replication_delay, "replication is too far behind"};
    return std::nullopt;
}

std::optional<Transition> from_awaiting_recovery(const config::Monitor& limits, const HostView& view) {
    if (!view.ping || !view.mysql) return Transition{HostState::hard_offline, dead_because(view)};
    if (view.quarantined) return std::nullopt;
    // As if it came back now: nobody has to say twice that it may serve.
    if (view.released) return Transition{HostState::replication_fail, "the writer has all that it has, by now"};
    if (!view.threads || !view.backlog) return std::nullopt;
    const bool automatic = limits.auto_set_online > Duration{0};
    if (view.flapping) {
        if (automatic && view.checks_settled) return Transition{HostState::online, "was flapping, and is calm again"};
        return std::nullopt;
    }
    if (view.away_briefly) return Transition{HostState::online, "was away for less than 60 s"};
    if (automatic && view.in_state >= limits.auto_set_online) {
        return Transition{HostState::online, "healthy for auto_set_online"};
    }
    return std::nullopt;
}

std::optional<Transition> from_hard_offline(const HostView& view) {
    if (!view.ping || !view.mysql) return std::nullopt;
    if (view.quarantined) return Transition{HostState::awaiting_recovery, kQuarantined};
    if (view.active_master_exists || !view.can_be_active_master) {
        if (!view.threads)
            return Transition{HostState::replication_fail, "back, but replication threads are not running"};
        if (!view.backlog) return Transition{HostState::replication_delay, "back, but replication is too far behind"};
    }
    return Transition{HostState::awaiting_recovery, "back, waiting to be set online"};
}

std::optional<Transition> from_replication_trouble(const HostView& view) {
    if (!view.ping || !view.mysql) return Transition{HostState::hard_offline, dead_because(view)};
    if (view.quarantined) return Transition{HostState::awaiting_recovery, kQuarantined};
    if ((view.backlog && view.threads) || !view.peer_online) {
        if (view.flapping) return Transition{HostState::awaiting_recovery, "healthy again, but flapping"};
        return Transition{HostState::online, view.peer_online ? "replication is fine" : "its source is not ONLINE"};
    }
    if (view.state == HostState::replication_fail && view.threads) {
        return Transition{HostState::replication_delay, "replication threads run, but it is too far behind"};
    }
    if (view.state == HostState::replication_delay && !view.threads) {
        return Transition{HostState::replication_fail, "replication threads are not running"};
    }
    return std::nullopt;
}

HostView view_of(const Config& config, const State& state, const HostName& name, Now now) {
    const HostRecord& record = state.hosts.at(name);
    const config::Host& host = *config.host(name);
    const HostName& writer = state.slots.at(writer_slot(config)).holder;
    HostView view;
    view.state = record.state;
    view.ping = record.unseen || good(record, CheckKind::ping);
    view.mysql = record.unseen || good(record, CheckKind::mysql);
    view.active_master = name == writer;
    // The writer's own replication never counts, also when it keeps the role in manual mode while it is away.
    view.threads = view.active_master || (good(record, CheckKind::rep_threads) && record.held_back.empty());
    view.backlog = view.active_master || good(record, CheckKind::rep_backlog);
    view.can_be_active_master = config.can_hold(name, config.active_master_role);
    view.active_master_exists = !writer.empty();
    const HostName& peer = host.mode == HostMode::master ? host.peer : writer;
    if (const auto found = state.hosts.find(peer); found != state.hosts.end()) {
        const HostRecord& other = found->second;
        view.peer_online = other.state == HostState::online;
        view.peer_healthy = view.peer_online && good(other, CheckKind::ping) && good(other, CheckKind::mysql);
        view.peer_online_for = view.peer_online ? now.time - other.since : Duration{0};
    }
    view.flapping = record.flapping;
    view.quarantined = record.quarantined;
    view.in_state = now.time - record.since;
    view.checks_settled = std::all_of(record.checks.begin(), record.checks.end(), [&](const auto& check) {
        return now.time - check.second.changed >= config.monitor.flap_duration;
    });
    if (agent_reachable(record, now.time) && record.uptime_online > Duration{0}) {
        const Duration away = record.status->uptime - record.uptime_online;
        view.away_briefly = away >= Duration{0} && away < kBriefAbsence;
    }
    return view;
}

/// A change for the worse is explained by the check that fails, with its own words.
std::string detailed(const HostRecord& record, const Transition& transition) {
    if (transition.to == HostState::awaiting_recovery && record.quarantined) return record.held_back;
    if (transition.to == HostState::online || transition.to == HostState::awaiting_recovery) return transition.reason;
    if (transition.to == HostState::replication_fail && !record.held_back.empty())
        return "back, but " + record.held_back;
    for (const CheckKind kind : {CheckKind::ping, CheckKind::mysql, CheckKind::rep_threads, CheckKind::rep_backlog}) {
        const auto& check = record.checks.at(kind);
        if (check.good || check.message.empty()) continue;
        return transition.reason + ": " + check.message;
    }
    return transition.reason;
}

}  // namespace

std::optional<Transition> next_state(const config::Monitor& limits, const HostView& view) {
    switch (view.state) {
        case HostState::online:
            return from_online(limits, view);
        case HostState::awaiting_recovery:
            return from_awaiting_recovery(limits, view);
        case HostState::hard_offline:
            return from_hard_offline(view);
        case HostState::replication_fail:
        case HostState::replication_delay:
            return from_replication_trouble(view);
        case HostState::admin_offline:
        case HostState::unknown:
            return std::nullopt;
    }
    return std::nullopt;
}

void count_departure(const config::Monitor& limits, HostRecord& record, const HostName& name, Time now,
                     Effects& effects) {
    std::erase_if(record.departures, [&](Time at) { return now - at > limits.flap_duration; });
    record.departures.push_back(now);
    if (record.departures.size() <= limits.flap_count || record.flapping) return;
    record.flapping = true;
    effects.push_back(Log{LogLevel::warning,
                          "host is flapping and stays out of service until it is calm or set_online",
                          {{"host", name}, {"departures", std::to_string(record.departures.size())}}});
}

bool update_states(const Config& config, State& state, Now now, Effects& effects) {
    bool changed = false;
    for (auto& [name, record] : state.hosts) {
        const bool was_quarantined = record.quarantined;
        judge_divergence(config, state, name, now.time, effects);
        HostView view = view_of(config, state, name, now);
        view.released = was_quarantined && !record.quarantined;
        const auto transition = next_state(config.monitor, view);
        if (transition) {
            if (record.state == HostState::online) count_departure(config.monitor, record, name, now.time, effects);
            if (transition->to == HostState::online && record.flapping) {
                record.flapping = false;
                record.departures.clear();
            }
            change_state(state, name, transition->to, detailed(record, *transition), now.time, effects);
            if (transition->to == HostState::hard_offline) record.returning = true;
            if (transition->to == HostState::online) record.returning = false;
            changed = true;
        }
        if (record.state == HostState::online && record.status) record.uptime_online = record.status->uptime;
    }
    return changed;
}

}  // namespace mmm::monitor
