#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Looks whether the assigned writer is writable with its address on, and says so once when it becomes true.
void observe_writer(const Config& config, State& state, Now now, Effects& effects);

/// Is the holder, which had no order of ours yet, observed with the address on, and nobody else? Agents that were never
/// heard may have it too, but to take it from the one that certainly has it would help against nothing. Precondition:
/// the holder's agent is within reach.
bool found_holding(const Config& config, const State& state, const Slot& slot, const SlotRecord& record);

/// Gives every assigned slot that is free for its holder its next epoch, if the holder's agent is within reach. A
/// holder that was found at start with the address on keeps it at its epoch.
void grant(const Config& config, State& state, Now now, Effects& effects);

/// Notes which host is to be told that it is alone. To be saved before it is told: a restarted monitor must not take
/// that host's silence for a proof.
void note_alone(State& state);

/// What `host` shall do now: the slots granted to it, whom it replicates from.
proto::Order order_for(const Config& config, const State& state, const HostName& host);

/// Sends every agent that said what it has its order if it differs from the last one, or if the agent has lost it.
void send_orders(const Config& config, State& state, Effects& effects);

}  // namespace mmm::monitor
