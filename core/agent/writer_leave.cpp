#include <algorithm>

#include "core/agent/addresses.hpp"
#include "core/agent/holding.hpp"
#include "core/agent/replication.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/writer.hpp"
#include "core/agent/writer_steps.hpp"

namespace mmm::agent::steps {

namespace {

/// On a host that isn't the writer read_only=1 may stand behind a transaction being applied, and stalls the applier.
constexpr Duration kGuardLockWait{1000};
/// So often the server may fail to become read-only before the address goes without it.
constexpr unsigned kReadOnlyAttempts = 2;
/// So long after it left, a writer keeps the global read lock if no other one comes into service.
constexpr Duration kLockKept{5000};
/// What replicas get to turn to the new writer.
constexpr Duration kReplicasTurn{1000};

bool is_gone_or_hung(const State& state) {
    return state.server.server == proto::Server::down || state.server.server == proto::Server::hung;
}

/// None for a writer whose lease is about to end, or whose clients had theirs when it stopped writes.
Duration client_grace(const Turn& turn) {
    if (is_losing(turn.state, turn.state.writer.slot) || turn.state.writer.locked) return Duration{0};
    return std::chrono::seconds{turn.config.max_kill_retries};
}

void give_up_on_mysqld(Turn& turn, const std::string& why) {
    turn.log(LogLevel::warning, "the writer role leaves without read_only=1, which is owed: " + why);
    leave_at_once(turn);
}

/// A user who may write to a read-only server would write to one whose replicas still follow it, and they would be
/// ahead of the new writer: the lock is kept until that one is in service and they had a moment to turn to it.
bool is_unlock_due(Turn& turn) {
    const State& state = turn.state;
    Writer& writer = turn.state.writer;
    if (!writer.locked || writer.step != WriterStep::none) return false;
    const bool is_followed =
        state.order && !state.order->active_master.empty() && state.order->active_master != state.self;
    if (is_followed) writer.freeze_until = std::min(writer.freeze_until, turn.now + kReplicasTurn);
    return turn.now >= writer.freeze_until && state.server.server == proto::Server::up && !busy(state, Worker::fence);
}

void note_read_only(Turn& turn) {
    turn.state.server.read_only = true;
    turn.state.server_settled_at = turn.now + kSettle;
    turn.state.writer.read_only_owed = false;
}

}  // namespace

void begin_leaving(Turn& turn) {
    State& state = turn.state;
    state.writer.was_writable = !is_applying(state.writer.step);
    cancel(turn, Worker::fence);
    end_applying(turn);
    state.writer.step = WriterStep::make_read_only;
    state.writer.failures = 0;
    state.writer.retry_at = turn.now;
    state.writer.problem.clear();
    turn.log(LogLevel::info, "the writer role leaves", {{"slot", state.writer.slot.text()}});
}

void make_read_only(Turn& turn) {
    if (is_gone_or_hung(turn.state)) return give_up_on_mysqld(turn, "mysqld doesn't answer");
    if (busy(turn.state, Worker::fence)) return;
    start(turn, Worker::fence, SetReadOnly{client_grace(turn)}, client_grace(turn) + kTaskSlack);
}

void made_read_only(Turn& turn, const Result<std::string>& outcome, const std::string& position) {
    Writer& writer = turn.state.writer;
    if (outcome) {
        note_read_only(turn);
        if (writer.was_writable) writer.frozen_position = position;
        writer.step = WriterStep::end_clients;
        writer.problem.clear();
        return;
    }
    const Error& error = outcome.error();
    writer.problem = "can't set read_only=1: " + error.message;
    ++writer.failures;
    if (error.code == Code::unreachable || writer.failures >= kReadOnlyAttempts) {
        return give_up_on_mysqld(turn, error.message);
    }
    turn.log(LogLevel::warning, writer.problem);
    if (error.code == Code::timeout || error.code == Code::busy) writer.step = WriterStep::end_blockers;
}

void end_blockers(Turn& turn) {
    if (is_gone_or_hung(turn.state)) return give_up_on_mysqld(turn, "mysqld doesn't answer");
    if (busy(turn.state, Worker::fence)) return;
    start(turn, Worker::fence, EndClients{Duration{0}}, kTaskSlack);  // they had their grace while we waited
}

void end_clients(Turn& turn) {
    if (is_gone_or_hung(turn.state)) return give_up_on_mysqld(turn, "mysqld doesn't answer");
    if (busy(turn.state, Worker::fence)) return;
    start(turn, Worker::fence, EndClients{client_grace(turn)}, client_grace(turn) + kTaskSlack);
}

void ended_clients(Turn& turn, const Result<std::string>& outcome, const std::string& position) {
    Writer& writer = turn.state.writer;
    // Sessions that may write to a read-only server could do so until they were ended.
    if (!position.empty() && !writer.frozen_position.empty()) writer.frozen_position = position;
    if (!outcome) turn.log(LogLevel::warning, "can't end clients' connections: " + outcome.error().message);
    if (writer.step == WriterStep::end_blockers) {
        writer.step = WriterStep::make_read_only;
    } else if (writer.step == WriterStep::end_clients) {
        // Clients that couldn't be ended can't write, and removing the address destroys their sockets.
        remove_address(turn, writer.slot);
        writer.step = WriterStep::close;
    }
}

void close(Turn& turn) {
    Writer& writer = turn.state.writer;
    if (!is_gone(turn.state, writer.slot)) return;
    if (turn.state.server.read_only != true) writer.read_only_owed = true;
    const bool owed = writer.read_only_owed;
    turn.log(LogLevel::info, "the writer role has left", {{"slot", writer.slot.text()}});
    writer.step = WriterStep::none;
    writer.drained = false;
    writer.freeze_until = turn.now + kLockKept;
    if (owed) doubt_replication(turn);
}

void guard(Turn& turn) {
    State& state = turn.state;
    Writer& writer = state.writer;
    const bool up = state.server.server == proto::Server::up;
    if (!up) writer.kept_read_only = false;
    if (state.server.server == proto::Server::down) writer.locked = false;  // the session is gone, and with it its lock
    if (is_unlock_due(turn)) {
        writer.locked = false;
        return start(turn, Worker::fence, Unlock{}, kTaskSlack);
    }
    if (state.server.read_only == true) writer.kept_read_only = true;
    if (up && state.server.read_only == false && state.ordered_once && !writer.read_only_owed) {
        turn.log(LogLevel::warning, writer.kept_read_only
                                        ? "read_only was switched off on a host that is not the writer; "
                                          "switched on again"
                                        : "read_only is off on a host that is not the writer; switched on");
        writer.read_only_owed = true;
        writer.retry_at = turn.now;
    }
    if (!writer.read_only_owed) {
        writer.problem.clear();
        return;
    }
    if (!up || busy(state, Worker::fence) || turn.now < writer.retry_at) return;
    start(turn, Worker::fence, SetReadOnly{kGuardLockWait}, kGuardLockWait + kTaskSlack);
}

void guarded(Turn& turn, const Result<std::string>& outcome, const std::string& position) {
    Writer& writer = turn.state.writer;
    if (!outcome) {
        const std::string text = "can't set read_only=1: " + outcome.error().message + "; tried again";
        if (writer.problem != text) turn.log(LogLevel::error, text);
        writer.problem = text;
        writer.retry_at = turn.now + kRetry;
        return;
    }
    note_read_only(turn);
    if (writer.leaving_owed) writer.frozen_position = position;
    writer.leaving_owed = false;
    writer.problem.clear();
}

}  // namespace mmm::agent::steps
