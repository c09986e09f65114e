#pragma once

#include <set>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// May `host` be given slots of `role` now? It must be allowed to, ONLINE (or serve although it lags, see lagging.hpp),
/// and its agent within reach.
/// Returns the empty text if so, else the reason why not.
std::string why_not_eligible(const Config& config, const State& state, const HostName& host, const RoleName& role,
                             Time now);

/// The part of it that concerns neither role nor state.
std::string why_not_within_reach(const State& state, const HostName& host, Time now);

/// Do roles leave failed hosts now (active mode, or wait mode after its wait)?
bool roles_leave_failed_hosts(const State& state);

/// Decides who shall hold each slot: takes slots off hosts that can't have them, places orphans, spreads balanced
/// roles, honours preferences. Only assigns; granting waits until nobody else can hold the slot.
/// Source: MMM 2.2's roles; differs in moving a slot off a host whose agent was silent so long that the kernel has
/// removed its addresses.
void allocate(const Config& config, State& state, Now now, Effects& effects);

/// Assigns `slot` to `host` (empty: orphan) with a log line; the same holder again changes nothing.
void assign(const Config& config, State& state, const Slot& slot, const HostName& host, const std::string& reason,
            Time now, Effects& effects);

}  // namespace mmm::monitor
