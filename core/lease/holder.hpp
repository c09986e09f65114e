#pragma once

#include <map>
#include <optional>
#include <set>

#include "core/lease/message.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voter.hpp"

namespace mmm::lease {

/// One slot that this host was granted.
struct Held {
    Epoch epoch;
    OnLoss on_loss = OnLoss::demote;
    Time first_lease_by;  ///< without a first lease by then the grant is void (rule 11)
    bool leased = false;  ///< the epoch had its first majority; before that it is only asked for (rule 12)
    /// The address may be on until then. Before the first majority: of an older epoch of this host, which goes on.
    std::optional<Time> lease_end{};
    std::map<Time, std::set<HostName>> rounds{};  ///< sent and not decided yet, with the votes of each (rule 13)

    auto operator<=>(const Held&) const = default;
};

/// What a holder noted of a lease for its own next process.
struct Noted {
    Epoch epoch;
    Time lease_end;

    auto operator<=>(const Noted&) const = default;
};

/// What a host holds or asks for. Its own voter is beside it: what that promised binds the holder as well.
struct Holder {
    HostName self;
    Voters voters;
    std::map<Slot, Held> slots;

    auto operator<=>(const Holder&) const = default;
};

enum class GrantRefusal {
    none,
    not_for_us,     ///< another host is the target
    silent,         ///< this host lost its state (rule 19)
    other_voters,   ///< the lists of voters differ (rule 22)
    other_process,  ///< another process of this host promised (rule 11)
    not_promised,   ///< this process's newest promise is of another epoch
    too_late,       ///< the promise is older than X
    spent,          ///< the epoch was accepted or relinquished here before (rules 10, 14)
};

struct Accepted {
    GrantRefusal refusal = GrantRefusal::none;
    bool save = false;  ///< save the voter's record before the first renewal is sent
};
/// Takes a grant. Afterwards the slot is asked for; it is held with the first majority (rule 12).
Accepted accept(Holder& holder, Voter& voter, const Grant& grant, Time now, const Timing& timing);

/// The next round for all slots that may still be renewed; nothing if there are none. To be sent to all voters at once,
/// one's own included (rule 3). The lease counts from `now`: send it without delay.
std::optional<Renewal> renewal(Holder& holder, const Voter& voter, Time now, const Timing& timing);

/// Takes one voter's answer. Returns the slots whose lease got longer (rule 13).
Slots count(Holder& holder, const Voter& voter, const Support& support, Time now, const Timing& timing);

/// Ends what is over: to be called before anything else is done at `now`. Returns the slots whose address has to go.
Slots lapse(Holder& holder, const Voter& voter, Time now);

/// When `lapse` has something to end next; nothing while no end is in sight.
std::optional<Time> next_end(const Holder& holder, const Voter& voter);

struct Relinquished {
    Release release;
    bool save = false;  ///< save the voter's record before the release is reported
};
/// Gives the slot up for good (rule 10). Precondition: its address was seen to be absent.
Relinquished relinquish(Holder& holder, Voter& voter, const Slot& slot);

/// A restarted agent that finds the address with `remaining` of its lifetime (at most: round it down) goes on if
/// nothing was promised since and something of the lease is left for certain (rule 17). False: remove the address.
bool resume(Holder& holder, const Voter& voter, const Slot& slot, Duration remaining, Time now, const Timing& timing);

/// The same for an agent that noted when its lease ends, on the clock of the same boot: nothing is lost to rounding.
bool resume_noted(Holder& holder, const Voter& voter, const Slot& slot, const Noted& noted, Time now,
                  const Timing& timing);

/// How to put the slot's address now (rule 15); nothing: it has to be absent.
std::optional<AddressTerm> term(const Holder& holder, const Voter& voter, const Slot& slot, Time now,
                                const Timing& timing);

}  // namespace mmm::lease
