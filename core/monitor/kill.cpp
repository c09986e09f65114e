#include "core/monitor/kill.hpp"

#include <algorithm>

#include "core/monitor/proposals.hpp"

namespace mmm::monitor {
namespace {

/// A kill command that failed is tried again after this.
constexpr Duration kKillAgain{10'000};

bool holds_elsewhere(const State& state, const HostName& name) {
    return std::any_of(state.slots.begin(), state.slots.end(), [&](const auto& slot) {
        return slot.second.holder != name && slot.second.maybe_held.contains(name);
    });
}

/// What its last ping said: the verdict may wait for its trap period yet.
bool answers_pings(const HostRecord& host) {
    const auto ping = host.checks.find(CheckKind::ping);
    return ping != host.checks.end() && ping->second.good && !ping->second.failing_since;
}

}  // namespace

void kill_if_dead(const Config& config, State& state, const HostName& name, Time now, Effects& effects) {
    if (config.monitor.kill_host_bin.empty() || state.mode != MonitorMode::active) return;
    HostRecord& host = state.hosts.at(name);
    if (host.state != HostState::hard_offline || host.kill_running || agent_reachable(host, now)) return;
    if (host.kill_tried && now - host.kill_started < kKillAgain) return;
    host.kill_running = true;
    host.kill_tried = true;
    host.kill_started = now;
    effects.push_back(KillHost{name, answers_pings(host)});
}

void kill_silent_holders(const Config& config, State& state, Time now, Effects& effects) {
    for (const auto& [name, host] : state.hosts) {
        if (!holds_elsewhere(state, name)) continue;
        if (by_leases(state) && host.by_lease && !is_cut_off(state, name, now)) continue;
        kill_if_dead(config, state, name, now, effects);
    }
}

}  // namespace mmm::monitor
