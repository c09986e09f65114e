#pragma once

#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// MMM 2.2's `checks`; `host` and `kind` are names or "all".
std::string checks_text(const State& state, const std::string& host, const std::string& kind, Now now);
/// The same for programs: one JSON array.
std::string checks_json(const State& state, const std::string& host, const std::string& kind, Now now);

}  // namespace mmm::monitor
