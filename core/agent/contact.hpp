#pragma once

#include <set>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// A host that heard neither the monitor nor another agent for this long lets go of everything.
/// The monitor waits twice as long before it gives the slots of a silent host to others.
inline constexpr Duration kSilenceLimit{2000};
/// Ticks come every 100 ms; a longer pause than this means that the process was stopped or starved.
inline constexpr Duration kStallLimit{1000};
/// After a stall the buffers hold what arrived meanwhile; it is read within this time and says nothing about now.
inline constexpr Duration kDeafAfterStall{300};
/// How often to look around where echoes count as contact.
inline constexpr Duration kLookAroundPeriod{400};
/// What was found at the start and comes from version 1 is held for so long without contact.
inline constexpr Duration kVersion1Grace{10'000};
/// An agent counts as heard for this long after its last datagram (they come every 250 ms).
inline constexpr Duration kPeerFresh{1000};

/// True if the process was stopped since the last step.
[[nodiscard]] bool stalled(const State& state, Time now);
/// True if nobody was heard for kSilenceLimit.
[[nodiscard]] bool isolated(const State& state, Time now);
/// True if the link is open and the monitor has said nothing on it for kSilenceLimit. What is still on its way may be
/// old orders, so the link is to be closed although other agents are heard.
[[nodiscard]] bool link_silent(const State& state, Time now);

/// The link is up. Refused (CloseLink) right after a stall, when the connection may be as old as the stall.
void open_link(Turn& turn);
/// Something came from the monitor. False if it has to be ignored: it isn't of the link that is open.
[[nodiscard]] bool hear_monitor(Turn& turn);
/// Another agent was heard. `age`: how old what it said may be at most, where that is known (sealed datagrams).
void hear_peer(Turn& turn, const HostName& host, Duration age);
/// Does an echo count as contact? Under version 1, whose monitor may be gone for ever and whose agents say nothing by
/// themselves, and where no other agent of version 2 exists. The monitor takes the silence of such a host for no proof.
[[nodiscard]] bool lasts_by_echo(const State& state);
void hear_echo(Turn& turn);
/// Sends echo requests when they are due.
void look_around(Turn& turn);
/// Drops the link; nothing that it still holds is heard.
void drop_link(Turn& turn, const std::string& reason);

/// Agents heard within the last second.
[[nodiscard]] std::set<HostName> hears(const State& state, Time now);

}  // namespace mmm::agent
