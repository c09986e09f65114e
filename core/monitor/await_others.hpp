#pragma once

#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Will a host that may have the role, and isn't one of the `eligible`, be fit for it within a moment, so that a slot
/// without a host waits for it? Or is one of these silent for a moment only?
/// - At a cluster's first start all are silent, and their silence ends within a moment: who was a moment earlier is not
///   to have everything.
/// - The first writer of a cluster is the one that has most and stands first in the configuration, not the one whose
///   first answers came first. Once there was a writer nobody is awaited: a failover has no time for it.
bool others_are_worth_a_wait(const Config& config, const State& state, const config::Role& role,
                             const std::vector<HostName>& eligible, Time now);

}  // namespace mmm::monitor
