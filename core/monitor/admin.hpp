#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"
#include "core/proto/control.hpp"

namespace mmm::monitor {

/// Carries out an operator's command, or refuses it with the reason. Changes the state; roles and orders follow in the
/// same step. The commands, their refusals and the formats of `show` and `checks` are MMM 2.2's.
proto::ControlReply run_command(const Config& config, State& state, const std::vector<std::string>& words, Now now,
                                Effects& effects);

}  // namespace mmm::monitor
