#pragma once

#include <set>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// May `host` be given slots of `role` now? It must be allowed to, ONLINE, and its agent within reach.
/// Returns the empty text if so, else the reason why not.
std::string why_not_eligible(const Config& config, const State& state, const HostName& host, const RoleName& role,
                             Time now);

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

/// Assigns the writer to another healthy host as planned work: given up if it doesn't succeed within a deadline.
void plan_writer_move(const Config& config, State& state, const HostName& to, const std::string& reason, Time now,
                      Effects& effects);

/// When a move that isn't done by then is given up.
[[nodiscard]] Time given_up_at(const Config& config, const PlannedMove& move);

/// Ends a planned move that succeeded; gives one up that takes too long, if the old writer can go on.
void watch_planned_move(const Config& config, State& state, Time now, Effects& effects);

}  // namespace mmm::monitor
