#pragma once

#include <string>
#include <vector>

#include "core/monitor/hindrance.hpp"

namespace mmm::monitor {

/// What explain says of a grant by lease that isn't there yet, one sentence each.

/// The monitor isn't asking for promises yet. Nothing for the obstacles that concern one agent's own progress.
std::vector<std::string> hindrance_sentences(const State& state, const Slot& slot, const Hindrance& found, Now now);

/// It is asking, waiting or granting.
std::vector<std::string> attempt_sentences(const State& state, const LeaseAttempt& attempt, Now now);

/// Voters that can't be asked for a promise now, each with the reason.
std::vector<std::string> voters_missing(const State& state, Now now);

/// What keeps the whole monitor from moving anything by leases; empty: nothing.
std::vector<std::string> lease_trouble(const State& state, Now now);

}  // namespace mmm::monitor
