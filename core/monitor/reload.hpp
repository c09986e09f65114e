#pragma once

#include <cstdint>
#include <string>

#include "core/monitor/effect.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// An operator's `reload`: every agent within reach reads keys and certificates again, then the monitor does, and the
/// answer says what each has in force now. In this order the operator is answered on a connection that was made with a
/// key which may be gone afterwards.

/// `id` and `who`: see AdminAsked. True: advance_reload() answers. False: another one is on its way.
bool begin_reload(State& state, std::uint64_t id, const std::string& who, Now now, Effects& effects);

/// Answers when all have read, or have had their time.
void advance_reload(State& state, Now now, Effects& effects);

}  // namespace mmm::monitor
