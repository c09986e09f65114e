#pragma once

#include <compare>
#include <map>
#include <set>

#include "core/lease/message.hpp"

namespace mmm::lease {

/// A slot that a host holds or asks for by a grant.
struct HeldReport {
    Epoch epoch;
    bool leased = false;              ///< it had a majority (rule 12)
    Duration left{0};                 ///< of the lease; 0: none (yet)
    std::set<HostName> supporters{};  ///< voters that answered within the last lease

    auto operator<=>(const HeldReport&) const = default;
};

/// What a host gave up for good, and what it promised as a voter. Only what is on its disk is reported (rule 10).
struct ReleaseReport {
    Epoch relinquished;
    Epoch promised;

    auto operator<=>(const ReleaseReport&) const = default;
};

/// What an agent tells the monitor of its part in the protocol.
struct Report {
    std::map<Slot, HeldReport> held{};
    std::map<Slot, ReleaseReport> released{};   ///< slots that it doesn't hold
    std::map<Slot, SupportReport> supported{};  ///< as a voter, since its process began
    Slots by_contact{};                         ///< held without a lease, by the rules for clusters that have none
    Duration silent_for{0};  ///< it lost its state and keeps silent so long (rule 19); 0: it takes part
    VotersHash voters = 0;   ///< its list and settings

    auto operator<=>(const Report&) const = default;
};

}  // namespace mmm::lease
