#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What is wrong with how the two masters are set up, one sentence each with its remedy: they have to replicate from
/// each other, and their auto_increment settings have to keep their row numbers apart. What no check has seen yet is
/// taken to be fine. Source: MMM 2.2, which looks at its start only.
std::vector<std::string> masters_setup_faults(const Config& config, const State& state);

/// Keeps `state.setup_faults` and `state.server_faults` true, for `show`, and logs each fault that comes or goes.
void watch_masters_setup(const Config& config, State& state, Effects& effects);

}  // namespace mmm::monitor
