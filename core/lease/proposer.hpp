#pragma once

#include <map>
#include <optional>
#include <set>

#include "core/lease/message.hpp"
#include "core/lease/record.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voters.hpp"

namespace mmm::lease {

/// The next epoch for a slot, beyond every counter that this proposer knows of (rule 1). It is noted in the record:
/// save that before the first request is sent. Nothing: the record isn't settled, and what it forgot may still be on
/// its way (rule 19); or no number is left, because somebody claimed the highest one.
std::optional<Epoch> next_epoch(Record& record, const Slot& slot, const HostName& proposer);
/// After a refusal: what the voter knew is known here as well (rule 1).
void learn(Record& record, const PromiseReply& refusal);

/// One attempt to move a slot without relying on its holder's word (rules 6 to 11). Monitors and agents use the same.
/// The promise is the destructive step: judge candidate, majority and drain before (rule 21).
struct Proposal {
    struct Promise {
        SupportReport last;
        Time received;
        auto operator<=>(const Promise&) const = default;
    };

    PromiseRequest request;
    Voters voters;
    OnLoss on_loss = OnLoss::demote;
    /// Who could hold the slot at all: the role's hosts. Used with OnLoss::hold only.
    std::set<HostName> candidates{};

    std::map<HostName, Promise> promises{};
    Nonce nonce = 0;                        ///< of the target's process
    std::optional<Time> target_promised{};  ///< when its reply was received
    std::optional<Time> quorum_at{};        ///< when a majority stood
    std::uint64_t outvoted_by = 0;          ///< highest counter of a refusal for being outdated
    std::set<HostName> refused{};           ///< voters that won't promise, for whatever reason; each may be asked again
    std::map<HostName, Release> released{};  ///< the last of each host
    std::set<HostName> killed{};             ///< for certain, since the quorum stood

    auto operator<=>(const Proposal&) const = default;
};

/// Whom to (re)send the request to now: the target alone until it promised, then all voters that haven't (rule 6).
std::set<HostName> to_ask(const Proposal& proposal);

/// Takes a voter's reply. The first promise of each counts; one of another epoch or slot is ignored.
void take(Proposal& proposal, const PromiseReply& reply, Time now);

/// Takes what a host gave up, whenever it was reported: releases are final (rule 10).
void take(Proposal& proposal, const Release& release);

/// A kill of `host` that was begun at `started` was confirmed. It counts only if begun after the quorum stood (rule
/// 10): before, the host could have been back and got another support.
void take_kill(Proposal& proposal, const HostName& host, Time started);

enum class Stage {
    asking,    ///< no majority yet, or not the target
    waiting,   ///< a holder may be left; `until` says when no longer (rule 8)
    held,      ///< a holder may be left, and time proves nothing (rule 23): it needs its release or its kill
    ready,     ///< grant it now
    outvoted,  ///< a newer epoch was promised: propose anew, beyond it
    expired,   ///< the target's promise is too old for a grant (rule 11): propose anew
};

enum class Proof {
    none,      ///< not ready
    waited,    ///< every lease that a promising voter may have supported is over (rule 8)
    released,  ///< each possible holder released, was killed, or is the target (rule 9)
};

struct Verdict {
    Stage stage = Stage::asking;
    Proof proof = Proof::none;
    std::optional<Time> until{};         ///< while waiting
    std::set<HostName> maybe_held_by{};  ///< named by the quorum and not proven gone
    bool unknown_holder = false;         ///< a voter of the quorum restarted lately and can't tell (rule 9)

    auto operator<=>(const Verdict&) const = default;
};
Verdict judge(const Proposal& proposal, Time now, const Timing& timing);

/// The grant. Precondition: judge() says ready, at this very moment.
Grant grant(const Proposal& proposal);

}  // namespace mmm::lease
