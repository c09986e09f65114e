#include "core/agent/heartbeat.hpp"

#include "core/agent/tasks.hpp"

namespace mmm::agent {

void keep_heartbeat(Turn& turn) {
    State& state = turn.state;
    const auto check = turn.config.checks.find(CheckKind::rep_backlog);
    if (check == turn.config.checks.end() || check->second.heartbeat_table.empty()) return;
    const bool writes = state.writer.step == WriterStep::hold && state.server.server == proto::Server::up;
    if (!writes) return cancel(turn, Worker::heartbeat);
    if (turn.now < state.heartbeat.due || busy(state, Worker::heartbeat)) return;
    state.heartbeat.due = turn.now + kBeatPeriod;
    start(turn, Worker::heartbeat, Beat{check->second.heartbeat_table}, kBeatLimit);
}

void end_beat(Turn& turn, const Result<std::string>& outcome) {
    const std::string problem = outcome ? "" : "can't write the heartbeat: " + outcome.error().message;
    std::string& known = turn.state.heartbeat.problem;
    if (!problem.empty() && known.empty()) turn.log(LogLevel::error, problem);
    if (problem.empty() && !known.empty()) turn.log(LogLevel::info, "the heartbeat is written again");
    known = problem;
}

}  // namespace mmm::agent
