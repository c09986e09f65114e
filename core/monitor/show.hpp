#pragma once

#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// ACTIVE, MANUAL, WAIT or PASSIVE.
std::string mode_word(MonitorMode mode);

/// Wall-clock text of an earlier moment, `2026/11/22 12:43:16`, in local time.
std::string wall_text(Time at, Now now);

/// What needs an operator's attention, one sentence each.
std::vector<std::string> warnings(const State& state, Now now);

/// MMM 2.2's `show`: `# ` lines with warnings, a line a host, `# ` lines with preferences.
std::string show_text(const Config& config, const State& state, Now now);
/// The same and more for programs: one JSON object.
std::string show_json(const Config& config, const State& state, Now now);

/// MMM 2.2's `checks`; `host` and `kind` are names or "all".
std::string checks_text(const State& state, const std::string& host, const std::string& kind, Now now);
std::string checks_json(const State& state, const std::string& host, const std::string& kind, Now now);

}  // namespace mmm::monitor
