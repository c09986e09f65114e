#pragma once

#include <map>
#include <optional>

#include "core/lease/message.hpp"
#include "core/lease/record.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voters.hpp"

namespace mmm::lease {

/// The part of a voter that ends with its process.
struct Life {
    struct Supported {
        Epoch epoch;
        HostName holder;
        Time at;
        auto operator<=>(const Supported&) const = default;
    };
    struct Promised {
        Epoch epoch;
        Time at;
        auto operator<=>(const Promised&) const = default;
    };

    Nonce nonce = 0;
    Time started;
    std::optional<Time> silent_until;     ///< with a record that isn't settled
    std::map<Slot, Supported> supported;  ///< the last of each slot (rule 8)
    std::map<Slot, Promised> promised;    ///< as a target: the last by this process, and when it did first (rule 11)

    auto operator<=>(const Life&) const = default;
};

/// One vote. Every host has a voter, the monitor too; a target promises through its own even if it isn't on the list.
struct Voter {
    HostName self;
    Voters voters;
    /// False for a second monitor: "monitor" is the one that owns the monitor's address and state file (rule 5).
    bool votes = true;
    Record record;
    Life life;

    auto operator<=>(const Voter&) const = default;
};

/// A voter at the start of its process. `saved` is what the state file has; nothing: there is no file (a new disk, an
/// emptied folder, a first start), and the voter is silent for S (rule 19).
Voter start_voter(HostName self, Voters voters, std::optional<Record> saved, Nonce nonce, Time now,
                  const Timing& timing);

/// Keeps the voter silent for `silence` although it has its record; it counts as unsettled until then.
void silence(Voter& voter, Duration silence, Time now);

/// Ends the silence when it is over. True if it did just now: save the record before anything else.
bool settle(Voter& voter, Time now);

struct Promised {
    PromiseReply reply;
    bool save = false;  ///< save the record before the reply is sent
};
/// Answers a request for a promise (rules 2, 8, 19, 20, 22). The same request gets the same promise again, until the
/// epoch was supported. From then on it has a holder, and a proposer that asks for it doesn't know: it lost its state,
/// and with it the uniqueness of its epochs (rule 1). No silence helps there, a holder outlives any.
Promised promise(Voter& voter, const PromiseRequest& request, Time now);

struct Supported {
    Support reply;
    bool save = false;  ///< save the record before the reply is sent
};
/// Answers one round of a holder; the holder's own vote is taken here as well (rules 2 to 5, 19, 22).
Supported support(Voter& voter, const Renewal& renewal, Time now);

}  // namespace mmm::lease
