#pragma once

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// How long reading the binary log may take: it may be long, and nothing waits for it.
inline constexpr Duration kReadLossesLimit{20'000};
/// What couldn't be read is tried again after this: a right may have been granted.
inline constexpr Duration kReadLossesRetry{60'000};

/// Order::losses: reads what it names, when the replication worker has nothing else to do, and tells the monitor once
/// on each link.
void tell_losses(Turn& turn);
void end_reading_losses(Turn& turn, const ReadLosses& task, const TaskDone& done);

}  // namespace mmm::agent
