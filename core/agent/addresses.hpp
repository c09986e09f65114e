#pragma once

#include <chrono>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// How often held addresses are renewed, and failed ones tried again.
inline constexpr Duration kAddressPeriod{500};
/// The second announcement follows the first after this, in case that was lost.
inline constexpr Duration kSecondAnnouncement{1000};
/// All later ones, for who missed both (a switch that was restarted, a healed partition).
inline constexpr Duration kAnnouncePeriod{30000};

/// Where echoes count as contact (contact.hpp): an agent that is restarted within this time goes on without a gap, and
/// what a dead one leaves behind goes away.
inline constexpr std::chrono::seconds kVersion1Lifetime{15};

/// What may be done about an address that this host holds.
enum class Claim {
    put,    ///< put it whenever it is absent, renew it
    renew,  ///< renew it while it is there; once gone it stays away (adopted at start, not confirmed by an order)
    keep,   ///< leave it alone, its lifetime runs out (the writer's on the way in or out)
};

/// How long an address may stay without another renewal: whole seconds of what is left, and one.
/// Nothing when nothing is left: then it has to go.
/// Source: lease protocol, rule 15.
[[nodiscard]] std::optional<std::chrono::seconds> lifetime(Time hold_until, Time now);

/// At the start: `present` are taken over without a gap, but not announced or re-created.
void adopt_addresses(Turn& turn, const Slots& present);
/// What is on the interfaces now.
void see_addresses(Turn& turn, const Slots& present);
void fail_address(Turn& turn, const Slot& slot, const Error& error);
/// Removes an address now, whether it is seen or not, and again until it was seen gone.
void remove_address(Turn& turn, const Slot& slot);
/// True once a removal was seen to have happened.
[[nodiscard]] bool is_gone(const State& state, const Slot& slot);
/// All held addresses are announced again: the network may have learnt another host's meanwhile.
void announce_again(Turn& turn);
/// Brings the interfaces to what is claimed: puts, renews, announces, removes what is due now.
void keep_addresses(Turn& turn);

}  // namespace mmm::agent
