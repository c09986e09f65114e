#pragma once

#include "core/monitor/effect.hpp"
#include "core/monitor/event.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// The monitor's whole behaviour: takes in one event at `now`, changes the state, and returns what is to be done, in
/// this order. SaveStatus comes before the orders that depend on it: do it, synced, before going on.
/// Deterministic; never reads a clock.
Effects step(const Config& config, State& state, const Event& event, Now now);

}  // namespace mmm::monitor
