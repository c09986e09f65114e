#pragma once

#include <string>

#include "core/model/gtid.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

// What becomes of the transactions that a host has and the writer lacks: nothing, until an operator decides. To give
// them up changes nothing but the record. To take them lets the writer replicate from that host until it has them all.

/// Does the writer pull from this host now? By an operator's word, as long as it has nothing beyond what that was
/// about.
bool takes_late(const HostRecord& host);

/// The host that the writer is to pull from; empty: none.
HostName late_source(const State& state);

/// What the host's agent is to read from its binary log: Order::losses.
std::string losses_to_read(const HostRecord& host);

/// Is the writer still set up to replicate from a host of which nothing is to be taken, as of any that is quarantined,
/// or nothing any more? Precondition: there is a writer.
bool stops_pulling(const Config& config, const State& state);

/// What became of decisions: all is taken, the writer can't take it, the host was rebuilt. Journal and log say so.
void follow_decisions(const Config& config, State& state, Now now, Effects& effects);

/// Why the writer can't take what this host has too much, with what helps; empty: nothing is known against it.
/// MariaDB numbers the transactions of all servers of a domain in one row. In a domain that the writer wrote to itself
/// meanwhile they come too late: in strict mode it refuses them (error 1950), and without it the host, back with its
/// last number, is never sent what the writer wrote before that (measured on 10.11: rows are missing, and no thread
/// complains). Domains of their own keep them apart. MySQL's sets have no such order.
std::string why_not_takeable(const GtidSet& extra, const proto::AgentStatus& writer);

/// Puts a decision into the journal.
void record_decision(State& state, LateDecision decision, Now now, Effects& effects);

/// "2026/11/22 12:43:16 by 192.168.10.130 (#12)": when and where from the last decision about this host came.
std::string decided_text(const LateDecision& decision, Now now);

}  // namespace mmm::monitor
