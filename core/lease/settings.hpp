#pragma once

#include <optional>
#include <string>

#include "core/config/config.hpp"
#include "core/lease/record.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voter.hpp"
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

/// What follows when a program starts with another configuration than the one of its record (rule 22).
struct Change {
    Voters voters;        ///< in force from now on
    Duration silence{0};  ///< before it votes and holds again; 0: it goes on at once
    std::string note;     ///< for the log; empty: nothing changed
};
/// One member more or less is taken at once: majorities of the two lists share a voter, whose start both reckon with.
/// A list that differs by more isn't, the old one stays in force. Another lease or drift costs the silence of a lost
/// record, by the longer of the two, since what the voter supported last may last longer than its waiting says now.
Change change_of(const std::optional<Record>& record, const Voters& configured, const Timing& timing);

/// Starts a voter under a configuration that may have changed since its record was written. `change` is change_of().
Voter start_changed(HostName self, const Change& change, std::optional<Record> record, Nonce nonce, Time now,
                    const Timing& timing);
/// Before the record is saved: puts the list and settings in force into it, unless it waits for a change to be over.
void note_voters(Voter& voter);

/// True if the cluster goes on when any one of the voters is away.
bool survives_one(const Voters& voters);

}  // namespace mmm::lease
