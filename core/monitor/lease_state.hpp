#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/lease/proposer.hpp"
#include "core/lease/voter.hpp"

namespace mmm::monitor {

/// The monitor's part in the lease protocol: its vote, its record, and what waits until that is on the disk.
struct LeaseState {
    lease::Voter voter;
    lease::Timing timing;        ///< as configured
    std::string proposer;        ///< its name in the epochs that it proposes; kept in the record's file
    std::string record_problem;  ///< why the record of the process before can't be used; empty: it could, or none is
    bool begun = false;          ///< some host's agent is known to take part in the protocol
    lease::Record saved;         ///< as it is on the disk
    std::optional<lease::Record> saving;                      ///< handed out to be saved, RecordSaved is to come
    Time save_at{};                                           ///< saving failed: not tried again before
    std::string save_problem;                                 ///< why it failed last; empty: it works
    std::vector<std::pair<HostName, lease::Message>> outbox;  ///< leaves when the record is on the disk

    bool operator==(const LeaseState&) const = default;
};

/// A slot's grant on its way: asking for promises, waiting for what may be left, and the grant until it was seen taken.
struct LeaseAttempt {
    lease::Proposal proposal;
    Time begun{};
    std::optional<Time> asked{};                    ///< last; nothing: ask at once
    std::optional<Time> granted{};                  ///< sent last; nothing: not yet
    bool waits = false;                             ///< it was said that a lease is waited out
    std::map<HostName, lease::Refusal> refusals{};  ///< why each voter refused, if it hasn't promised since

    bool operator==(const LeaseAttempt&) const = default;
};

}  // namespace mmm::monitor
