#include "core/monitor/holders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/lease/settings.hpp"
#include "core/monitor/leases.hpp"

namespace mmm::monitor {
namespace {

/// Support that is younger tells that the holder lives: four rounds of renewals, one second at the default.
Duration support_is_fresh(const lease::Timing& timing) {
    return std::max(Duration{1000}, timing.lease / 2);
}

bool gave_up(const HostRecord& host, const Slot& slot, const lease::Epoch& epoch) {
    if (!host.status) return false;
    const auto released = host.status->lease.released.find(slot);
    return released != host.status->lease.released.end() && released->second.relinquished >= epoch;
}

}  // namespace

const lease::HeldReport* held_by(const State& state, const HostName& host, const Slot& slot, Time now) {
    const auto found = state.hosts.find(host);
    if (found == state.hosts.end() || !agent_reachable(found->second, now)) return nullptr;
    const auto& held = found->second.status->lease.held;
    const auto entry = held.find(slot);
    return entry == held.end() ? nullptr : &entry->second;
}

bool is_settled_on(const State& state, const HostName& host, const Slot& slot, Time now) {
    const lease::HeldReport* held = held_by(state, host, slot, now);
    if (held == nullptr) return false;
    const lease::SlotRecord known = state.lease.voter.record.of(slot);
    return known.promised <= held->epoch && known.highest <= held->epoch.counter;
}

std::set<HostName> supporters_of(const State& state, const Slot& slot, const HostName& host, Time now) {
    std::set<HostName> voters;
    const Duration fresh = support_is_fresh(state.lease.timing);
    const HostRecord& holder = state.hosts.at(host);
    for (const auto& [name, other] : state.hosts) {
        if (name == host || !agent_reachable(other, now)) continue;
        const auto told = other.status->lease.supported.find(slot);
        if (told == other.status->lease.supported.end()) continue;
        const lease::SupportReport& last = told->second;
        if (last.known && last.holder == host && last.age < fresh && !gave_up(holder, slot, last.epoch))
            voters.insert(name);
    }
    const auto own = state.lease.voter.life.supported.find(slot);
    if (own != state.lease.voter.life.supported.end() && own->second.holder == host && now - own->second.at < fresh &&
        !gave_up(holder, slot, own->second.epoch)) {
        voters.insert(lease::kMonitor);
    }
    return voters;
}

std::set<HostName> supporters_of_roles(const State& state, const HostName& host, Time now) {
    std::set<HostName> voters;
    for (const auto& [slot, record] : state.slots) {
        if (record.holder == host) voters.merge(supporters_of(state, slot, host, now));
    }
    return voters;
}

bool holds_leased(const State& state, const HostName& host, Time now) {
    return std::any_of(state.slots.begin(), state.slots.end(), [&](const auto& entry) {
        const lease::HeldReport* held = entry.second.holder == host ? held_by(state, host, entry.first, now) : nullptr;
        return held != nullptr && held->leased;
    });
}

std::string why_no_lease(const State& state, const HostName& host, Time now) {
    const HostRecord& record = state.hosts.at(host);
    if (!agent_reachable(record, now)) return "its agent can't be reached";
    const lease::Report& report = record.status->lease;
    if (report.silent_for > Duration{0})
        return fmt::format("it lost its lease record, or its settings changed, and keeps silent for another {:.1f} s",
                           static_cast<double>(report.silent_for.count()) / 1000.0);
    if (!state.lease.voter.voters.accepts(report.voters))
        return "its list of voters, lease or drift differs from the monitor's; make the configuration the same there";
    return "";
}

std::set<HostName> voters_within_reach(const State& state, Time now) {
    std::set<HostName> within;
    for (const auto& name : state.lease.voter.voters.all()) {
        if (name == lease::kMonitor) {
            if (state.lease.voter.record.settled) within.insert(name);
        } else if (state.hosts.contains(name) && why_no_lease(state, name, now).empty()) {
            within.insert(name);
        }
    }
    return within;
}

bool majority_within_reach(const State& state, Time now) {
    return state.lease.voter.voters.majority(voters_within_reach(state, now));
}

}  // namespace mmm::monitor
