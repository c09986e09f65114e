#pragma once

#include "core/monitor/event.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// The monitor's vote and its record: what any voter does, whoever proposes. The rules are core/lease's.

/// The record can't be written: tried again after this.
inline constexpr Duration kRecordAgain{1000};

/// At the start: the record of the process before, or the silence of a voter that has none (rule 19).
void begin_voter(const Config& config, State& state, const Started& started, Time now, Effects& effects);

/// Why its voter keeps silent, for people. Precondition: it does.
std::string why_silent(const State& state);
/// Logs that it does and for how long, if so.
void say_silent(const State& state, Time now, Effects& effects);

/// Takes an agent's message: a round of renewals, a request for a promise, or a promise that was asked for.
void hear_lease(const Config& config, State& state, const LeaseHeard& heard, Time now);

void end_saving(State& state, const RecordSaved& saved, Time now, Effects& effects);

/// Sends the message once everything that it depends on is on the disk.
void post(State& state, HostName to, lease::Message message);

/// The last thing of each step: ends the silence, saves the record if it changed, else sends what waits for it.
void send_leases(State& state, Time now, Effects& effects);

/// Brings HostRecord::by_lease in line with what agents say and with what they are about to be ordered. To be saved
/// before orders are sent: a restarted monitor must not judge by voters what is held by contact.
void note_by_lease(const Config& config, State& state);

/// How long the monitor's own voter keeps silent yet; 0: it takes part.
Duration silent_for(const State& state, Time now);

}  // namespace mmm::monitor
