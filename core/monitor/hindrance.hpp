#pragma once

#include <set>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Candidate, majority and the old holder's leaving are judged before promises are asked for: a majority's promise is
/// the destructive step (rule 21).

/// What keeps the monitor from asking for promises for a slot.
enum class Obstacle {
    none,
    no_host,         ///< it is assigned to nobody
    agent_away,      ///< of the assigned host
    target_unfit,    ///< the assigned host can't promise: silent, or of another list of voters
    monitor_silent,  ///< the monitor itself lost its record
    no_majority,     ///< too few voters are within reach
    by_contact,      ///< `hosts` may hold it without a lease: their release, silence or kill is awaited
    leaving,         ///< `hosts` were told to let go, and are on it
    lives_unseen,    ///< `hosts` can't be reached, but voters support their lease: they serve
};

struct Hindrance {
    Obstacle what = Obstacle::none;
    std::set<HostName> hosts{};
    bool operator==(const Hindrance&) const = default;
};

/// What stands in the way of asking for promises for `slot` now.
Hindrance hindrance(const Config& config, const State& state, const Slot& slot, Time now);

}  // namespace mmm::monitor
