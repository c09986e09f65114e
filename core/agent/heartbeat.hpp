#pragma once

#include <string>

#include "core/agent/turn.hpp"

namespace mmm::agent {

inline constexpr Duration kBeatPeriod{1000};
/// One that takes longer is given up: the next one is worth more.
inline constexpr Duration kBeatLimit{2000};

/// The writer renews its row in the heartbeat table, if there is one in the configuration.
void keep_heartbeat(Turn& turn);
/// A Beat ended. A failure is logged when it begins; the monitor sees the row grow old.
void end_beat(Turn& turn, const Result<std::string>& outcome);

}  // namespace mmm::agent
