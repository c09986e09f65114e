#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

// What needs an operator's attention, one sentence each, most of them beginning with "Warning: ".

/// Of one host.
std::vector<std::string> host_warnings(const State& state, const HostName& name, Now now);
/// Of all hosts, the monitor, its network, moves and slots.
std::vector<std::string> warnings(const State& state, Now now);
/// With those that need the configuration: slots that nobody else has, and whose host doesn't have them yet.
std::vector<std::string> warnings(const Config& config, const State& state, Now now);

/// Who may have the slot and isn't to: its holder waits for them.
std::vector<HostName> blockers(const SlotRecord& record);

}  // namespace mmm::monitor
