#pragma once

#include "core/monitor/state.hpp"
#include "core/monitor/status_file.hpp"

namespace mmm::monitor {

/// Takes in the status file at start: states and roles as a first guess, epochs for good.
void remember(const Config& config, State& state, const StoredStatus& stored);

/// Do all agents that answer obey another monitor? Then this one knows nothing of what they hold, and only looks.
bool refused_by_all(const State& state);

/// Has enough been seen to decide? One round of checks on every host, and every agent either spoke or had its chance.
/// Never while refused_by_all().
bool seen_enough(const State& state, Now now);

/// Decides who is what and who holds what, from the stored status, what agents say and what their systems show.
/// A running cluster comes out as it is: nothing moves. The writer's address on two hosts starts PASSIVE when
/// `careful_startup` is set. Source: MMM 2.2's start-up votes.
void decide(const Config& config, State& state, Now now, Effects& effects);

}  // namespace mmm::monitor
