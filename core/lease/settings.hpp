#pragma once

#include "core/config/config.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voters.hpp"

namespace mmm::lease {

/// The monitor's name among voters.
inline constexpr const char* kMonitor = "monitor";
/// In large clusters not everybody has to be asked.
inline constexpr std::size_t kMostVoters = 7;

/// Lease, drift and what a holder does that lost the majority, as configured.
Timing timing_of(const config::Config& config);

/// Who votes: `[quorum] voters`, or all hosts and the monitor; of more than kMostVoters the monitor, the masters and
/// the first slaves by name.
Voters voters_of(const config::Config& config);

/// True if the cluster goes on when any one of the voters is away.
bool survives_one(const Voters& voters);

}  // namespace mmm::lease
