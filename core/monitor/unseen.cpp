#include "core/monitor/unseen.hpp"

#include <algorithm>

#include "core/monitor/checks.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/host_states.hpp"

namespace mmm::monitor {
namespace {

/// On top of a check's period and time-out: by then every check has looked again since the agent is back.
constexpr Duration kLookAgain{1000};

bool has_roles(const State& state, const HostName& host) {
    return std::any_of(state.slots.begin(), state.slots.end(),
                       [&](const auto& entry) { return entry.second.holder == host; });
}

bool checks_fine(const HostRecord& host) {
    return good(host, CheckKind::ping) && good(host, CheckKind::mysql);
}

bool looked_again(const Config& config, const HostRecord& host, Time now) {
    const auto& limits = config.check(CheckKind::mysql);
    return now - host.connected_at >= limits.check_period + limits.timeout + kLookAgain;
}

/// It isn't seen: does it serve for all that is known?
bool may_serve(const State& state, const HostName& name, Time now) {
    return !supporters_of_roles(state, name, now).empty() || !majority_within_reach(state, now);
}

std::string listed(const std::set<HostName>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

void begin(const State& state, const HostName& name, Time now, Effects& effects) {
    const auto supporters = supporters_of_roles(state, name, now);
    effects.push_back(Log{
        LogLevel::warning,
        "host can't be reached from the monitor and keeps its roles",
        {{"host", name},
         {"reason", supporters.empty() ? "the monitor reaches no majority of the voters, so it may be the one cut off"
                                       : "its lease is supported by " + listed(supporters)}}});
}

/// The agent is within reach again. What held its lease all the time goes on; anything else was away.
void judge_returned(const Config& config, State& state, const HostName& name, Time now, Effects& effects) {
    HostRecord& host = state.hosts.at(name);
    if (holds_leased(state, name, now)) {
        if (checks_fine(host) || looked_again(config, host, now)) {
            judge_anew(host, now);
            host.unseen = false;
        }
        return;
    }
    host.unseen = false;
    count_departure(config.monitor, host, name, now, effects);
    change_state(state, name, HostState::hard_offline, "was away, and came back without its roles", now, effects);
}

}  // namespace

void watch_unseen(const Config& config, State& state, Time now, Effects& effects) {
    for (auto& [name, host] : state.hosts) {
        const bool counts =
            by_leases(state) && host.by_lease && host.state == HostState::online && has_roles(state, name);
        if (!counts) {
            host.unseen = false;
        } else if (host.unseen && agent_reachable(host, now)) {
            judge_returned(config, state, name, now, effects);
        } else if (!agent_reachable(host, now)) {
            const bool looks_dead = host.unseen || !checks_fine(host) || agent_silent(host, now);
            const bool unseen = looks_dead && may_serve(state, name, now);
            if (unseen && !host.unseen) begin(state, name, now, effects);
            host.unseen = unseen;
        }
    }
}

}  // namespace mmm::monitor
