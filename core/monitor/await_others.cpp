#include "core/monitor/await_others.hpp"

#include <algorithm>

#include "core/monitor/checks.hpp"

namespace mmm::monitor {
namespace {

/// What is left of a host's silence when it is worth waiting for.
constexpr Duration kSilenceAwaited{1500};
/// How much later than another one a host that could be the first writer may be ready.
constexpr Duration kFirstWriterAwaited{2000};

bool silence_ends_soon(const HostRecord& host, Time now) {
    if (host.state != HostState::online || !agent_reachable(host, now)) return false;
    const Duration silent = host.status->lease.silent_for;
    return silent > Duration{0} && silent < kSilenceAwaited;
}

bool had_a_writer(const SlotRecord& slot) {
    return slot.epoch != 0 || !slot.last_granted.empty();
}

/// Healthy, and kept from the role by what passes by itself: it isn't ONLINE yet, or its server wasn't looked at yet.
bool is_nearly_fit(const config::Monitor& limits, const HostRecord& host, Time now) {
    if (!agent_reachable(host, now) || host.quarantined || host.flapping) return false;
    if (!good(host, CheckKind::ping) || !good(host, CheckKind::mysql)) return false;
    const Duration in_state = now - host.since;
    if (host.state == HostState::online) return in_state < kFirstWriterAwaited;
    if (host.state != HostState::awaiting_recovery || limits.auto_set_online == Duration{0}) return false;
    return std::chrono::abs(limits.auto_set_online - in_state) < kFirstWriterAwaited;
}

}  // namespace

bool others_are_worth_a_wait(const Config& config, const State& state, const config::Role& role,
                             const std::vector<HostName>& eligible, Time now) {
    const bool first_writer =
        role.name == config.active_master_role && !had_a_writer(state.slots.at(writer_slot(config)));
    return std::any_of(role.hosts.begin(), role.hosts.end(), [&](const HostName& name) {
        if (!config.can_hold(name, role.name)) return false;
        const HostRecord& host = state.hosts.at(name);
        if (silence_ends_soon(host, now)) return true;
        return first_writer && is_nearly_fit(config.monitor, host, now) &&
               std::find(eligible.begin(), eligible.end(), name) == eligible.end();
    });
}

}  // namespace mmm::monitor
