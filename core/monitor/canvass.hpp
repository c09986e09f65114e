#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What agents said before the old writer was gone is up to a second old, and a second's transactions are what one
/// slave received and another didn't. So before a new writer is granted its role everybody is told to look at his
/// server. At most for 300 ms: a slave whose server hangs is no reason to stay without a writer.

/// Begins asking as soon as the old writer's server is known to be down, and takes in who has looked since. Once a
/// step, before anything is granted.
void note_canvass(const Config& config, State& state, Time now);

/// Nobody's word is waited for any more: the slot may be granted. Otherwise asking begins now, if it hadn't.
bool is_canvassed(const Config& config, State& state, const Slot& slot, Time now);

/// Is the host to be sent an order although it has the same already, so that it looks at its server?
bool is_to_look(const Config& config, const State& state, const HostName& host);

/// While others are asked, a host whose server is down goes on having the address that it is to lose: clients are
/// refused there at once, and elsewhere their connections would be lost in silence.
bool is_kept_meanwhile(const State& state, const Slot& slot, const HostName& host);

}  // namespace mmm::monitor
