#pragma once

#include <cstdint>
#include <string>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// An order of version 1 that can't be carried out within this time is answered all the same: the monitor that asked
/// does nothing else meanwhile.
inline constexpr Duration kVersion1Patience{5000};
/// A version 1 monitor comes by every 3 s, later when other hosts hold it up.
inline constexpr Duration kVersion1Recent{10'000};

/// A line of version 1 came from a monitor; answered at once or, SET_STATUS, once it is carried out.
void take_version1(Turn& turn, std::uint64_t id, const std::string& line);
/// Answers the SET_STATUS that waits, if what it ordered is done or its time is over.
void answer_version1(Turn& turn);
/// Everything was let go: what was ordered is void, and whoever waits hears so.
void end_version1(Turn& turn, const std::string& reason);
/// True while the order in force came by version 1 from a monitor that was there lately.
[[nodiscard]] bool version1_monitor_lives(const State& state, Time now);

}  // namespace mmm::agent
