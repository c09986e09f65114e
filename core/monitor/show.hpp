#pragma once

#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// ACTIVE, MANUAL, WAIT or PASSIVE.
std::string mode_word(MonitorMode mode);

/// Wall-clock text of an earlier moment, `2026/11/22 12:43:16`, in local time.
std::string wall_text(Time at, Now now);

/// MMM 2.2's `show`: `# ` lines with warnings, a line a host, `# ` lines with preferences.
std::string show_text(const Config& config, const State& state, Now now);
/// The same and more for programs: one JSON object.
std::string show_json(const Config& config, const State& state, Now now);

}  // namespace mmm::monitor
