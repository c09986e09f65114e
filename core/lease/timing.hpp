#pragma once

#include <cstdint>
#include <optional>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mmm::lease {

/// What a holder does when it loses the majority (rule 23). One setting for the cluster, carried in each grant.
enum class OnLoss {
    demote,  ///< it lets go before its lease ends
    hold,    ///< it keeps the slot; a move then needs its release or its kill, the monitor never waits a lease out
};

/// How late the kernel may be to remove an address by its lifetime.
struct KernelGuard {
    Duration rounding{1000};  ///< lifetimes are whole numbers of this, rounded up; 0 for an exact mechanism
    Duration lateness{300};   ///< measured, after the lifetime's end

    [[nodiscard]] Duration slack() const { return rounding + lateness; }
    auto operator<=>(const KernelGuard&) const = default;
};

/// All durations of the protocol. Those that are functions follow from the others and are the same on all hosts only if
/// the settings are; `check-config` shows them.
struct Timing {
    Duration lease{2000};            ///< L
    Duration renew_every{250};       ///< a round of renewals; independent of each other, eight a lease
    std::uint32_t drift_ppm = 1000;  ///< by how much two clocks' rates may differ from true time, each
    KernelGuard kernel{};            ///< K is its slack
    Duration call{200};              ///< δ: the longest time from reading the clock to the end of the kernel's call
    Duration round_trips{2000};      ///< what X leaves for asking, beyond the waiting
    OnLoss on_loss = OnLoss::demote;

    /// W: from a voter's last support until nothing of that lease can be left anywhere: (L + K + δ) × (1 + 2·drift).
    [[nodiscard]] Duration wait() const;
    /// X: how long the target's promise can be used for a grant and a first lease (rule 11).
    [[nodiscard]] Duration promise_validity() const { return wait() + round_trips; }
    /// S: how long a voter without its state file is silent (rule 19). Whatever it promised or supported before is
    /// over.
    [[nodiscard]] Duration silence() const { return promise_validity() + wait(); }
    /// From the moment a holder goes silent until another has its first lease, at worst: the waiting, and two round
    /// trips that are as long as X allows. What noticing the failure takes comes on top.
    [[nodiscard]] Duration worst_move() const { return promise_validity(); }

    auto operator<=>(const Timing&) const = default;
};

/// Says what is wrong with settings that can't work. Errors: Code::invalid with the remedy.
Result<void> validate(const Timing& timing);

/// How to put or renew the address of a held slot.
struct AddressTerm {
    Duration lifetime{0};  ///< for the kernel; a whole number of its rounding
    /// When the process has to be dead if the call isn't over: later, the lifetime would reach past the lease's end by
    /// more than K. Absolute, and counted from the reading of the clock that `lifetime` was computed from (rule 16).
    Time kill_at;

    auto operator<=>(const AddressTerm&) const = default;
};

/// The term of an address whose lease ends at `lease_end`, from that end and never a fixed figure (rule 15).
/// Nothing: the lease is over and the address has to be removed.
std::optional<AddressTerm> address_term(Time lease_end, Time now, const Timing& timing);

}  // namespace mmm::lease
