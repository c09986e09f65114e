#include "core/agent/semi_sync.hpp"

#include "core/agent/tasks.hpp"

namespace mmm::agent {

void end_stuck_semi_sync(Turn& turn) {
    State& state = turn.state;
    const bool seen_on = state.server.semi_sync.enabled && state.server.semi_sync.active;
    if (seen_on && turn.now >= state.semi_sync.retry_at) state.semi_sync.switched_off = false;
    if (turn.config.semi_sync_stuck != config::SemiSyncStuck::async) return;
    const SemiSync& seen = state.server.semi_sync;
    const bool stuck = seen.waiting > 0 && seen.oldest >= turn.config.semi_sync_stuck_after;
    const bool writes = state.writer.step == WriterStep::hold && state.server.server == proto::Server::up;
    if (!stuck || !writes || busy(state, Worker::replication) || turn.now < state.semi_sync.retry_at) return;
    turn.log(LogLevel::warning,
             "commits wait too long for an acknowledgement, switching semi-synchronous replication off",
             {{"waiting", std::to_string(seen.waiting)}, {"oldest_s", std::to_string(seen.oldest.count() / 1000)}});
    start(turn, Worker::replication, EndSemiSync{}, kEndSemiSyncLimit);
}

void end_ending_semi_sync(Turn& turn, const Result<std::string>& outcome) {
    SemiSyncState& state = turn.state.semi_sync;
    // A look that began before shows what was.
    state.retry_at = turn.now + kEndSemiSyncRetry;
    state.switched_off = outcome.has_value();
    state.problem = outcome ? "" : "can't switch semi-synchronous replication off: " + outcome.error().message;
    if (!outcome) turn.log(LogLevel::error, state.problem);
}

}  // namespace mmm::agent
