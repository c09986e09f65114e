#pragma once

#include "core/agent/turn.hpp"
#include "core/lease/report.hpp"

namespace mmm::agent {

/// The record can't be written: tried again after this.
inline constexpr Duration kSaveAgain{1000};

/// So many messages wait for the disk at the most; then the oldest are dropped. All are repeated anyway.
inline constexpr std::size_t kMostWaiting = 500;

/// At the start: the record of the process before, or the silence of one that lost it (rule 19).
/// True if it was lost for certain: then what is on may be a lease's that is over, or another host's by now.
[[nodiscard]] bool begin_leases(Turn& turn, const Started& started);
/// A message of another host: this host's vote, its promise, an answer to what it asked.
void hear_lease(Turn& turn, const HostName& from, const lease::Message& message);
void end_saving(Turn& turn, const RecordSaved& saved);
/// Sends `message` once all that it depends on is on the disk; to this host itself as well.
void post(Turn& turn, HostName to, lease::Message message);
/// Saves the record if it changed, else sends what waits. The last thing of a step.
void send_leases(Turn& turn);

/// Did this host ever promise anything? From then on version 1, which knows no promises, isn't obeyed (rule 25).
[[nodiscard]] bool promised_anything(const State& state);
/// Is what is held governed by contact alone, not by leases?
[[nodiscard]] bool contact_rules(const State& state);
[[nodiscard]] lease::Report lease_report(const State& state, Time now);

}  // namespace mmm::agent
