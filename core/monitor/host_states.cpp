#include "core/monitor/host_states.hpp"

#include <algorithm>

#include "core/model/gtid.hpp"

namespace mmm::monitor {
namespace {

/// So many of the transactions that a host has and the writer lacks are named; ranges count as one.
constexpr std::size_t kNamed = 5;

/// What the host's binary log has and the writer's lacks. Unknown histories say nothing here: then only the source's
/// refusal of the position (error 1236) guards.
std::string beyond_writer(const proto::AgentStatus& host, const proto::AgentStatus& writer) {
    const auto of_host = GtidSet::parse(host.history);
    const auto of_writer = GtidSet::parse(writer.history);
    if (!of_host || !of_writer || of_writer->empty()) return "";
    // The writer's own history may have been read earlier than the host's.
    return of_host->without(*of_writer).without_server(writer.server_id, "").listed(kNamed);
}

/// A host that was gone for less than this without a reboot comes back by itself. Source: MMM 2.2.
constexpr Duration kBriefAbsence{60'000};

const char* dead_because(const HostView& view) {
    return view.ping ? "mysql check fails" : "host does not answer pings";
}

std::optional<Transition> from_online(const config::Monitor& limits, const HostView& view) {
    if (!view.ping || !view.mysql) return Transition{HostState::hard_offline, dead_because(view)};
    if (view.active_master || !view.peer_healthy || view.peer_online_for < limits.replication_grace)
        return std::nullopt;
    if (!view.threads) return Transition{HostState::replication_fail, "replication threads are not running"};
    if (!view.backlog) return Transition{HostState::replication_delay, "replication is too far behind"};
    return std::nullopt;
}

std::optional<Transition> from_awaiting_recovery(const config::Monitor& limits, const HostView& view) {
    if (!view.ping || !view.mysql) return Transition{HostState::hard_offline, dead_because(view)};
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
    if (view.active_master_exists || !view.can_be_active_master) {
        if (!view.threads)
            return Transition{HostState::replication_fail, "back, but replication threads are not running"};
        if (!view.backlog) return Transition{HostState::replication_delay, "back, but replication is too far behind"};
    }
    return Transition{HostState::awaiting_recovery, "back, waiting to be set online"};
}

std::optional<Transition> from_replication_trouble(const HostView& view) {
    if (!view.ping || !view.mysql) return Transition{HostState::hard_offline, dead_because(view)};
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

/// Why a host that failed isn't back yet although its checks may be fine; empty: nothing is in its way.
std::string why_not_rejoining(const State& state, const HostName& name) {
    const HostRecord& record = state.hosts.at(name);
    const auto writer = state.hosts.find(state.active_master);
    const bool compares = record.state != HostState::online && record.status && writer != state.hosts.end() &&
                          writer->first != name && writer->second.status;
    if (!compares) return "";
    const std::string extra = beyond_writer(*record.status, *writer->second.status);
    if (!extra.empty()) return "it has transactions that the writer lacks: " + extra;
    return record.status->rejoining ? "replication was not seen to work yet" : "";
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
        if (std::string why = why_not_rejoining(state, name); why != record.held_back) {
            record.held_back = std::move(why);
            if (record.state == HostState::replication_fail && !record.held_back.empty())
                record.reason = record.held_back;
        }
        const auto transition = next_state(config.monitor, view_of(config, state, name, now));
        if (transition) {
            if (record.state == HostState::online) count_departure(config.monitor, record, name, now.time, effects);
            if (transition->to == HostState::online && record.flapping) {
                record.flapping = false;
                record.departures.clear();
            }
            change_state(state, name, transition->to, detailed(record, *transition), now.time, effects);
            changed = true;
        }
        if (record.state == HostState::online && record.status) record.uptime_online = record.status->uptime;
    }
    return changed;
}

}  // namespace mmm::monitor
