#pragma once

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// How often a host that isn't the writer looks for sessions that could write to it all the same.
inline constexpr Duration kPrivilegedPeriod{10'000};

/// On a host that isn't the writer: names the sessions that can write although the server is read-only, and has them
/// ended if the configuration says so.
void look_for_privileged(Turn& turn);
void listed_privileged(Turn& turn, const Result<std::string>& outcome);

/// With events_follow_writer: the event scheduler is on where the writer is, and off elsewhere.
void keep_events(Turn& turn);
void switched_events(Turn& turn, const SetEvents& task, const Result<std::string>& outcome);

}  // namespace mmm::agent
