#pragma once

#include <set>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What agents' reports say about who holds what by lease, and who of the voters can be asked. Looks, changes nothing.

/// What `host` last said on a link that is up of the slot that it holds or asks for; nothing: it has none, or is away.
const lease::HeldReport* held_by(const State& state, const HostName& host, const Slot& slot, Time now);

/// Does `host` hold the slot, or ask for it, at an epoch beyond which nobody is known to have asked for promises? If
/// not, voters may refuse it from now on, and it needs a new grant.
bool is_settled_on(const State& state, const HostName& host, const Slot& slot, Time now);

/// Voters, the monitor among them and the host itself not, that supported its lease of the slot a moment ago and can be
/// heard. Empty if it gave up the epoch that they supported.
std::set<HostName> supporters_of(const State& state, const Slot& slot, const HostName& host, Time now);

/// The same for all slots that are assigned to the host.
std::set<HostName> supporters_of_roles(const State& state, const HostName& host, Time now);

/// Does `host` hold one of the slots that are assigned to it by a lease, as it says itself?
bool holds_leased(const State& state, const HostName& host, Time now);

/// Why `host` can neither promise nor hold by lease, for people; empty: it can as far as is known.
std::string why_no_lease(const State& state, const HostName& host, Time now);

/// Voters that can be asked for a promise now: within reach, not silent, of the same list.
std::set<HostName> voters_within_reach(const State& state, Time now);
/// Are they a majority?
bool majority_within_reach(const State& state, Time now);

}  // namespace mmm::monitor
