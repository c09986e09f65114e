#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Hosts that the monitor can't reach and that serve all the same, or may: other voters support their lease, or no
/// majority is within the monitor's reach, so that it may be the monitor that is cut off. Their state stays as it is
/// and nothing is taken off them.

/// Keeps HostRecord::unseen true, with a log line when it begins, and judges what comes back.
void watch_unseen(const Config& config, State& state, Time now, Effects& effects);

}  // namespace mmm::monitor
