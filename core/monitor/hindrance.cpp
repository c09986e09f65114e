#include "core/monitor/hindrance.hpp"

#include <algorithm>
#include <chrono>

#include "core/monitor/holders.hpp"

namespace mmm::monitor {
namespace {

/// What a host that was told to let go may take on top of what clients' statements are given; then its lease is let run
/// out. A planned move is given up instead.
constexpr Duration kLetGoLimit{10'000};

bool may_still_leave(const Config& config, const State& state, const Slot& slot, const HostRecord& host, Time now) {
    if (state.move && config.is_writer_slot(slot)) return true;
    const Time told = std::max(state.slots.at(slot).since, host.connected_at);
    return now - told < kLetGoLimit + std::chrono::seconds(config.max_kill_retries);
}

}  // namespace

Hindrance hindrance(const Config& config, const State& state, const Slot& slot, Time now) {
    const SlotRecord& record = state.slots.at(slot);
    if (record.holder.empty()) return {Obstacle::no_host};
    if (!agent_reachable(state.hosts.at(record.holder), now)) return {Obstacle::agent_away, {record.holder}};
    if (!why_no_lease(state, record.holder, now).empty()) return {Obstacle::target_unfit, {record.holder}};
    if (!state.lease.voter.record.settled) return {Obstacle::monitor_silent};
    if (!majority_within_reach(state, now)) return {Obstacle::no_majority};
    Hindrance by_contact{Obstacle::by_contact};
    Hindrance leaving{Obstacle::leaving};
    Hindrance unseen{Obstacle::lives_unseen};
    for (const auto& [name, host] : state.hosts) {
        if (name == record.holder) continue;
        const bool may_hold = record.maybe_held.contains(name);
        const bool reachable = agent_reachable(host, now);
        if (may_hold && !host.by_lease) {
            by_contact.hosts.insert(name);
        } else if (may_hold && reachable && may_still_leave(config, state, slot, host, now)) {
            leaving.hosts.insert(name);
        } else if (host.by_lease && !reachable && !supporters_of(state, slot, name, now).empty()) {
            unseen.hosts.insert(name);
        }
    }
    for (auto* found : {&by_contact, &leaving, &unseen}) {
        if (!found->hosts.empty()) return std::move(*found);
    }
    return {};
}

}  // namespace mmm::monitor
