#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Takes in one report. A success makes the verdict good at once; a failure starts the trap; unknown changes nothing.
void take_report(const Config& config, State& state, const CheckReport& report, Time now);

/// Lets time work on the verdicts: failures that lasted `trap_period`, hard evidence that the agent confirms, and
/// checks whose report is overdue (silence is a failure too).
void judge_checks(const Config& config, State& state, Time now, Effects& effects);

/// At start: a host found in service gets the trap period for each check that failed or never reported.
void give_first_trap(HostRecord& host, Time now);

/// A host that wasn't within reach is, and serves: what its checks gathered meanwhile says nothing, each has to fail
/// for its trap period anew.
void judge_anew(HostRecord& host, Time now);

/// At start: failures seen while the monitor had no network say nothing about hosts; they are to be looked at again.
void forget_first_failures(State& state, Time now);

/// After a stall, or when the network was away: failures count from now, and nobody counts as silent yet.
void restart_evidence(State& state, Time now);

/// Is our own network fine? `ping_ips` decides; all hosts lost at once is our own fault as well.
bool network_fine(const Config& config, const State& state, Time now);

}  // namespace mmm::monitor
