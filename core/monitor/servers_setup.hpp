#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Which servers' settings don't fit together, or put data at risk, one sentence each with its remedy: filters that
/// differ between the masters, a replica of an older series than its source may have, one that merges or forgets what
/// it shouldn't. What no check has seen yet, or the server doesn't tell, is taken to be fine.
std::vector<std::string> servers_setup_faults(const Config& config, const State& state);

}  // namespace mmm::monitor
