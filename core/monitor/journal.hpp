#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// The journal of the writer's changes. It only looks: what the state machine does shows in the state, and each change
/// of the writer becomes exactly one record.

/// At the start: takes in what the journal has. Lines that make no sense are left out and said.
void begin_journal(State& state, const std::vector<std::string>& lines, Now now, Effects& effects);

/// Notes what this step changed: begins a record, adds to its timeline, ends it, settles old ones.
/// To be called after all else was decided.
void watch_writer(const Config& config, State& state, Now now, Effects& effects);

}  // namespace mmm::monitor
