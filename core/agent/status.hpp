#pragma once

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// The monitor hears from us at least this often.
inline constexpr Duration kHeartbeat{500};
/// The other agents hear from us this often.
inline constexpr Duration kAlivePeriod{250};

/// What is known of this host now.
[[nodiscard]] proto::AgentStatus report(const State& state, Time now);
/// Sends what is due: a status at each change, after each order and as a heartbeat; a sign of life to the others.
void send_reports(Turn& turn);

}  // namespace mmm::agent
