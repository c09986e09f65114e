#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Kills dead hosts that may hold something and can't be told to let go: the fastest proof, beside the waiting. A host
/// that holds by lease isn't killed before a majority promised to support it no more: until then it may serve.
void kill_silent_holders(const Config& config, State& state, Time now, Effects& effects);

/// Kills this one if it is to be killed at all: HARD_OFFLINE, its agent away, a command configured, and none running.
void kill_if_dead(const Config& config, State& state, const HostName& host, Time now, Effects& effects);

}  // namespace mmm::monitor
