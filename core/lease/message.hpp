#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <variant>

#include "core/lease/epoch.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voters.hpp"
#include "core/model/host.hpp"
#include "core/model/role.hpp"

namespace mmm::lease {

// What travels between proposers, voters and holders. Any of these may come late, twice, out of order or never.

/// Names one process of a host: random, new at each start (rule 6).
using Nonce = std::uint64_t;

/// "Promise to support nothing older than `epoch`." From a proposer, to the target first (rule 6).
struct PromiseRequest {
    Slot slot;
    Epoch epoch;
    HostName target;  ///< who is to hold the slot
    VotersHash voters = 0;
    /// A self-regrant (rule 20): the epoch that the target held last. Never, if a monitor proposes.
    Epoch regrant_of{};

    auto operator<=>(const PromiseRequest&) const = default;
};

/// What a voter supported last for a slot (rule 8).
struct SupportReport {
    bool known = false;  ///< false: nothing since the voter started; before that, anything
    Epoch epoch{};
    HostName holder{};
    Duration age{0};  ///< since then; since the voter's start if not known

    auto operator<=>(const SupportReport&) const = default;
};

enum class Refusal {
    none,
    not_a_voter,    ///< another process is this voter (rule 5)
    silent,         ///< it lost its state and keeps silent (rule 19)
    other_voters,   ///< the lists of voters differ (rule 22)
    outdated,       ///< it promised a newer epoch, or has supported this one already
    held_by_other,  ///< a self-regrant, and it has supported a newer epoch than the one the target held (rule 20)
};

struct PromiseReply {
    HostName voter;
    Slot slot;
    Epoch epoch;                      ///< of the request
    Refusal refusal = Refusal::none;  ///< none: promised
    std::uint64_t highest = 0;        ///< highest counter that the voter knows of; after a refusal one more is needed
    SupportReport last{};             ///< of the time before the promise
    Nonce nonce = 0;                  ///< the voter's process

    auto operator<=>(const PromiseReply&) const = default;
};

/// "I hold these, each at its epoch." One round of a holder, with all slots of the host (rule 24).
struct Renewal {
    HostName holder;
    Time sent;  ///< on the holder's clock: names the round, and the lease counts from it. The voter only echoes it.
    VotersHash voters = 0;
    std::map<Slot, Epoch> slots;
    Nonce nonce = 0;  ///< the holder's process: clocks begin anew with a boot, so `sent` alone could come twice

    auto operator<=>(const Renewal&) const = default;
};

/// A voter's answer to one round.
struct Support {
    HostName voter;
    HostName holder;
    Time sent;                               ///< as in the renewal
    std::map<Slot, Epoch> slots;             ///< supported
    std::map<Slot, Epoch> promised_newer{};  ///< refused, with the epoch that the voter promised
    Refusal refusal = Refusal::none;         ///< of all slots
    Nonce nonce = 0;                         ///< as in the renewal

    auto operator<=>(const Support&) const = default;
};

/// The proposer's word that nobody else holds the slot. Not a lease yet (rule 12).
struct Grant {
    HostName target;
    Slot slot;
    Epoch epoch;
    Nonce nonce = 0;  ///< of the process that promised (rule 11)
    VotersHash voters = 0;
    OnLoss on_loss = OnLoss::demote;

    auto operator<=>(const Grant&) const = default;
};

/// "The slot's address is gone here, and no epoch up to `epoch` will ever be held here again" (rule 10).
struct Release {
    HostName host;
    Slot slot;
    Epoch epoch;       ///< relinquished
    Epoch promised{};  ///< the newest that the host promised as a voter

    auto operator<=>(const Release&) const = default;
};

/// What is sent from one to another. Releases travel in the agents' reports (report.hpp).
using Message = std::variant<PromiseRequest, PromiseReply, Renewal, Support, Grant>;

}  // namespace mmm::lease
