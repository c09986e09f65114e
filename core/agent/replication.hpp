#pragma once

#include <string>

#include "core/agent/turn.hpp"

namespace mmm::agent {

inline constexpr Duration kReplicationLimit{10000};
inline constexpr Duration kReplicationRetry{1000};  ///< after the first failure; one second more after each
inline constexpr Duration kReplicationRetryMax{10000};
/// A source that refused the position (error 1236) is asked again.
inline constexpr Duration kRefusedRetry{10000};
/// After the source was set the server may show it by another name; then it is set again only this often.
inline constexpr Duration kSourceTrusted{10000};

/// So long after a (re)start of replication a look at it counts: an earlier one may have begun before (a look takes 1 s
/// at the most), and a source that refuses a position (error 1236) needs a moment to do so.
inline constexpr Duration kConfirmDelay{1000};

/// The server came up, or this host left the writer role without becoming read-only: replication counts as working only
/// when it is seen to. A master connects anew from its own position, so that its source refuses it if it diverged.
void doubt_replication(Turn& turn);
/// What the server worker saw, beside what it saw before: a server that came up with its threads stopped, not failed,
/// has them started. An admin who stops a thread later is left alone.
void see_replication(Turn& turn, const ServerSeen& before);
/// An order was accepted: ADMIN_OFFLINE stops the threads once, leaving it starts them once.
void order_replication(Turn& turn);
/// Starts the task that is due, if any.
void advance_replication(Turn& turn);
/// Cancels what runs on the replication worker; threads that it may have left stopped are started again later.
void yield_replication(Turn& turn);
/// How long one try to reach the awaited position may take.
inline constexpr Duration kAwaitLimit{5000};
void caught_up(Turn& turn, const CatchUp& task, const Result<std::string>& outcome);
/// Replicate or StopReplication ended.
void end_replication_task(Turn& turn, const Task& task, const Result<std::string>& outcome);

}  // namespace mmm::agent
