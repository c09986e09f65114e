#pragma once

#include <string>

#include "core/agent/turn.hpp"

namespace mmm::agent {

inline constexpr Duration kEndSemiSyncLimit{2000};
inline constexpr Duration kEndSemiSyncRetry{10'000};

/// Commits of the writer that wait too long for an acknowledgement (semi_sync_stuck = "async"): switches
/// semi-synchronous replication off. They then count as committed, and are on no other host for certain. It stays off
/// until somebody switches it on: the agent can't see that replicas would acknowledge again. No session is ended: a
/// commit that waits would stay, without its client ever knowing.
void end_stuck_semi_sync(Turn& turn);
/// EndSemiSync ended.
void end_ending_semi_sync(Turn& turn, const Result<std::string>& outcome);

}  // namespace mmm::agent
