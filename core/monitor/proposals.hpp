#pragma once

#include <set>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// How slots are granted where leases hold them (core/lease/proposer.hpp has the rules): candidate, majority and the
/// old holder's leaving are judged first, for a majority's promise is the destructive step (rule 21); then promises,
/// what they prove, and the grant, until the target is seen to have taken it.

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

/// Takes a voter's answer to a request of ours.
void take_reply(State& state, const lease::PromiseReply& reply, Time now);
/// Takes what a host says that it gave up for good.
void take_releases(State& state, const HostName& host);
/// A kill of `host` that was begun at `started` was confirmed.
void take_kill_of(State& state, const HostName& host, Time started);
/// The agent's process or link is new: what it promised on the old one may be void.
void drop_attempts_for(State& state, const HostName& target);

/// Does a majority's promise keep `host` from renewing a slot that is on its way elsewhere? Only then is a kill of a
/// host that holds by lease of use, and only then is it certain that it doesn't serve rightfully.
bool is_cut_off(const State& state, const HostName& host, Time now);

/// Moves every slot's grant on: notes what is held, asks, judges, grants. `anew`: may attempts be begun?
void propose(const Config& config, State& state, bool anew, Time now, Effects& effects);

}  // namespace mmm::monitor
