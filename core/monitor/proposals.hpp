#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// How slots are granted where leases hold them (core/lease/proposer.hpp has the rules): when nothing hinders any
/// more (hindrance.hpp) promises are asked for; then comes what they prove, and the grant, until the target is seen to
/// have taken it.

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
