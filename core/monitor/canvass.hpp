#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Whose word a new writer's grant waits for: everybody's on what is there now, then its own that it knows what to
/// fetch; empty: nobody's. What agents said before the old writer died is up to a second old, and a second's
/// transactions are what one slave received and another didn't. At most for 300 ms from the moment the role was
/// assigned: a slave whose server hangs is no reason to stay without a writer.
std::set<HostName> awaited_words(const Config& config, const State& state, const Slot& slot, Time now);

}  // namespace mmm::monitor
