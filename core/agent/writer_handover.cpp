#include "core/agent/holding.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/writer.hpp"
#include "core/agent/writer_steps.hpp"

namespace mmm::agent::steps {

namespace {

/// What stopping writes may take beyond the clients' grace, which counts twice: for locks and for what runs.
constexpr Duration kFreezeSlack{5000};
/// A monitor that asks for it ends it: one that didn't within this time, beyond the clients' grace, won't. It gives a
/// move up after 10 s itself.
constexpr Duration kFrozenLimit{15'000};

bool is_gone_or_hung(const State& state) {
    return state.server.server == proto::Server::down || state.server.server == proto::Server::hung;
}

Duration grace_of(const Turn& turn) {
    return std::chrono::seconds{turn.config.max_kill_retries};
}

/// Back to where it was. A server that is away is waited for by the rules of a holder.
void hold_again(Turn& turn) {
    Writer& writer = turn.state.writer;
    cancel(turn, Worker::fence);
    const bool gone = is_gone_or_hung(turn.state);
    writer.step = gone ? WriterStep::hold : WriterStep::make_writable;
    writer.server_away = gone;
    writer.drained = true;
    writer.failures = 0;
    writer.frozen_position.clear();
    writer.problem.clear();
    writer.retry_at = turn.now;
}

void refuse(Turn& turn, const std::string& why) {
    Writer& writer = turn.state.writer;
    writer.gave_up = true;
    writer.refusal = why;
    turn.log(LogLevel::warning, "the writer role doesn't move, writes go on: " + why, {{"slot", writer.slot.text()}});
    hold_again(turn);
}

}  // namespace

void note_order_of_freeze(Turn& turn) {
    State& state = turn.state;
    // A link that is away for a moment says nothing about what the order was.
    if (!state.order || !state.contact.link_open || state.order->freeze != proto::Freeze::no) return;
    state.writer.gave_up = false;
    state.writer.refusal.clear();
}

bool is_to_freeze(const Turn& turn) {
    const State& state = turn.state;
    // Whoever asked for it has to be there to end it.
    return state.order && state.order->freeze != proto::Freeze::no && state.contact.link_open && !state.writer.gave_up;
}

void begin_freezing(Turn& turn) {
    Writer& writer = turn.state.writer;
    cancel(turn, Worker::fence);
    writer.step = WriterStep::freeze;
    writer.freeze_until = turn.now + kFrozenLimit + grace_of(turn);
    writer.failures = 0;
    writer.problem.clear();
    turn.log(LogLevel::info, "the writer role is about to move: writes are being stopped",
             {{"slot", writer.slot.text()}});
}

void freeze(Turn& turn) {
    State& state = turn.state;
    if (is_gone_or_hung(state)) return refuse(turn, "mysqld doesn't answer");
    if (turn.now >= state.writer.freeze_until) return refuse(turn, "writes couldn't be stopped for good in time");
    if (busy(state, Worker::fence)) return;
    state.writer.locked = true;
    const bool forced = state.order->freeze == proto::Freeze::forced;
    start(turn, Worker::fence, FreezeWrites{grace_of(turn), forced, turn.config.events_follow_writer},
          2 * grace_of(turn) + kFreezeSlack);
}

void froze(Turn& turn, const TaskDone& done) {
    State& state = turn.state;
    Writer& writer = state.writer;
    if (writer.step != WriterStep::freeze) return;
    if (!done.outcome) return refuse(turn, done.outcome.error().message);
    if (done.position.empty()) return refuse(turn, "mysqld doesn't tell its GTID position");
    state.server.read_only = true;
    state.server_settled_at = turn.now + kSettle;
    // Newer than the last look's. MySQL's comes with the next look; what couldn't be proven then, can't be now.
    if (!done.history.empty() && state.server.history_problem.empty())
        state.server.history = state.server.applied = done.history;
    writer.frozen_position = done.position;
    writer.step = WriterStep::frozen;
    turn.log(LogLevel::info, "writes are stopped: " + *done.outcome,
             {{"slot", writer.slot.text()}, {"position", done.position}});
}

void frozen(Turn& turn) {
    State& state = turn.state;
    Writer& writer = state.writer;
    if (is_gone_or_hung(state)) return refuse(turn, "mysqld went away");
    if (turn.now >= writer.freeze_until) return refuse(turn, "the monitor didn't bring the move to its end in time");
    if (state.server.server != proto::Server::up || turn.now < state.server_settled_at) return;
    if (state.server.read_only == false) {
        turn.log(LogLevel::warning, "read_only was switched off while the writer role moves; writes are stopped again");
        writer.step = WriterStep::freeze;
        writer.frozen_position.clear();
    } else if (state.server.complete && state.server.position != writer.frozen_position) {
        // Somebody who may write to a read-only server did. The new writer gets that too.
        turn.log(LogLevel::warning,
                 "something was written while the writer role moves, although the server is read-only",
                 {{"slot", writer.slot.text()}, {"from", writer.frozen_position}, {"to", state.server.position}});
        writer.frozen_position = state.server.position;
    }
}

void end_freezing(Turn& turn) {
    turn.log(LogLevel::info, "the writer role doesn't move after all, writes go on",
             {{"slot", turn.state.writer.slot.text()}});
    hold_again(turn);
}

}  // namespace mmm::agent::steps
