#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Why `slot` isn't served yet by the host that it is assigned to, since when, and what would change that: one sentence
/// each, for people. Empty: it is served, or it is assigned to nobody.
std::vector<std::string> what_blocks(const Config& config, const State& state, const Slot& slot, Now now);

/// `1.9 s`
std::string seconds(Duration duration);

/// `a, b, c`
std::string listed(const std::set<HostName>& names);

}  // namespace mmm::monitor
