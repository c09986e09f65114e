#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"
#include "core/proto/control.hpp"

namespace mmm::monitor {

/// Carries out an operator's command, or refuses it with the reason. Changes the state; roles and orders follow in the
/// same step. The commands, their refusals and the formats of `show` and `checks` are MMM 2.2's.
/// `who`: where it came from, for what is recorded. `id`: of the question, for a command that is answered later: then
/// it stands in State::reload, and what is returned says nothing.
proto::ControlReply run_command(const Config& config, State& state, const std::vector<std::string>& words, Now now,
                                Effects& effects, const std::string& who = "", std::uint64_t id = 0);

/// The line of the log about a command that was answered: with the answer, if it may have changed something.
Log log_of_command(const std::vector<std::string>& words, const std::string& who, const proto::ControlReply& reply);

/// Is it a command that changes something, and doesn't only show?
bool changes_something(const std::vector<std::string>& words);

}  // namespace mmm::monitor
