#pragma once

#include <optional>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// What is left of a lease when the writer, which nobody supports any more, begins to leave in good order;
/// of short leases a quarter.
inline constexpr Duration kLeaveEarly{500};
/// What is left when addresses go, whatever mysqld does: steps come every 100 ms.
inline constexpr Duration kLastMoment{150};
/// A writer whose mysqld is gone for so long lets go if no monitor is connected: nobody else would take the role off
/// it.
inline constexpr Duration kServesNobody{10'000};

/// At the start: goes on with the leases of the process before (rule 17). Returns the slots that go on.
Slots resume_leases(Turn& turn, const Started& started);
/// Ends what is over at this moment: before anything else is done with it (rules 13 to 16).
void end_leases(Turn& turn);
/// The monitor's word that nobody else holds the slot.
void take_grant(Turn& turn, const lease::Grant& grant);
void hear_support(Turn& turn, const lease::Support& support);
/// Brings what is granted in line with leases and order; renews. Before the writer's steps and the addresses.
void hold_by_leases(Turn& turn);
/// Gives up for good what isn't to be held and was seen gone. After the writer's steps and the addresses.
void relinquish_leases(Turn& turn);
/// An order without leases came: what it grants is held by contact.
void forget_leases(Turn& turn);

/// Is the slot, if it is held, held by contact and not by a lease?
[[nodiscard]] bool is_by_contact(const State& state, const Slot& slot);
/// May the slot's address be on, and mysqld be writable, at this moment?
[[nodiscard]] bool may_serve(const State& state, const Slot& slot, Time now);
/// How long the slot may be held as far as is known now; nothing: not at all.
[[nodiscard]] std::optional<Time> held_until(const State& state, const Slot& slot, Time now);
/// The lifetime and the deadline of putting its address; see PutAddress. Nothing: it has to be absent.
[[nodiscard]] std::optional<PutAddress> address_of(const State& state, const Slot& slot, Time now);
/// Is the writer on its way out because its lease ends?
[[nodiscard]] bool is_losing(const State& state, const Slot& slot);

}  // namespace mmm::agent
