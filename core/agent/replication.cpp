#include "core/agent/replication.hpp"

#include <algorithm>
#include <variant>

#include "core/agent/tasks.hpp"

namespace mmm::agent {

namespace {

bool is_to_run(const State& state) {
    return state.order && state.order->replication == proto::Replication::run;
}

bool is_to_stop(const State& state) {
    return state.order && state.order->replication == proto::Replication::stop;
}

/// A writer that arrives or leaves has its threads for itself; one that holds replicates only when told from whom, and
/// stops when told to.
bool has_free_threads(const State& state) {
    if (state.writer.step == WriterStep::none) return true;
    return state.writer.step == WriterStep::hold && state.order && (!state.order->source.empty() || is_to_stop(state));
}

bool has_wrong_source(const Turn& turn) {
    const config::Host* source = turn.config.host(turn.state.order->source);
    if (source == nullptr || source->name == turn.state.self) return false;
    return turn.state.server.source != source->ip && turn.now >= turn.state.replication.source_set_until;
}

/// Empty: where it replicates from by file and position it goes on.
HostName source_to_set(const State& state) {
    return state.server.gtids ? state.order->source : "";
}

/// "Could not find what the replica asks for": MariaDB and MySQL, and MySQL 8's own number for it.
bool source_refuses(const ServerSeen& seen) {
    return !seen.io_running && (seen.io_error == 1236 || seen.io_error == 13114);
}

/// MySQL without gtid_mode=ON can't say what to ask another source for: events would be skipped or repeated.
bool cannot_change_source(const Turn& turn) {
    return has_wrong_source(turn) && !turn.state.server.gtids;
}

void refuse_other_source(Turn& turn) {
    std::string problem = "can't replicate from " + turn.state.order->source + ": " + turn.state.server.history_problem;
    if (problem != turn.state.replication.problem) turn.log(LogLevel::error, problem);
    turn.state.replication.problem = std::move(problem);
}

/// A running task that the order has overtaken.
void cancel_overtaken(Turn& turn) {
    const State& state = turn.state;
    const auto* replicate = running<Replicate>(state, Worker::replication);
    const bool other_source = replicate != nullptr && is_to_run(state) && replicate->source != source_to_set(state);
    const bool not_to_run = replicate != nullptr && (!is_to_run(state) || !has_free_threads(state));
    const bool not_to_stop = running<StopReplication>(state, Worker::replication) != nullptr && !is_to_stop(state);
    if (other_source || not_to_run || not_to_stop) yield_replication(turn);
    const auto* awaited = running<CatchUp>(state, Worker::replication);
    if (awaited != nullptr && (!state.order || state.order->await != awaited->position))
        cancel(turn, Worker::replication);
}

/// The writer's role is about to come here: says when all that led to the awaited position is applied.
void await_writer(Turn& turn) {
    State& state = turn.state;
    ReplicationState& replication = state.replication;
    if (state.order->await.empty() || state.order->await != replication.reached) replication.reached.clear();
    if (state.order->await.empty()) replication.await_problem.clear();
    if (state.order->await.empty() || !replication.reached.empty()) return;
    if (state.writer.step != WriterStep::none || turn.now < replication.await_at) return;
    replication.await_at = turn.now + kReplicationRetry;
    cancel(turn, Worker::replication);  // what can wait
    start(turn, Worker::replication, CatchUp{state.order->await, state.order->await_history}, kAwaitLimit);
}

/// With what replication can't wait for, or shouldn't.
bool is_occupied(const State& state) {
    return busy(state, Worker::replication) && running<ListPrivileged>(state, Worker::replication) == nullptr &&
           running<ReadLosses>(state, Worker::replication) == nullptr;
}

bool is_start_due(const Turn& turn) {
    const State& state = turn.state;
    if (has_wrong_source(turn)) return true;
    const bool has_source = state.server.source.has_value() || !state.order->source.empty();
    if (state.replication.start_wanted && has_source && !state.replication.settled_at) return true;
    if (state.replication.revalidate && !state.order->source.empty()) return true;
    // It may have been behind this host itself, and have caught up by now.
    const bool again = source_refuses(state.server) && turn.now >= state.replication.refused_retry_at;
    if (again && !state.order->source.empty()) return true;
    return state.replication.io_stopped_by_us && !state.order->source.empty();
}

bool is_stop_due(const State& state) {
    return is_to_stop(state) && state.replication.admin_stop != AdminStop::done && !state.replication.settled_at;
}

/// The statements of this task may be carried out after those of the next one.
void note_cut_off(ReplicationState& replication) {
    replication.unsettled = true;
    replication.settled_at.reset();
}

/// A look at the threads, long enough after the last task: does a cut-off one have to be made good?
void settle(State& state, const ServerSeen& seen) {
    ReplicationState& replication = state.replication;
    replication.unsettled = false;
    replication.settled_at.reset();
    const bool runs = seen.io_running && seen.sql_running;
    replication.start_wanted = is_to_run(state) && !runs && !seen.replication_error;
    if (is_to_stop(state) && !seen.io_running && !seen.sql_running) replication.admin_stop = AdminStop::done;
}

}  // namespace

void see_replication(Turn& turn, const ServerSeen& before) {
    const ServerSeen& seen = turn.state.server;
    ReplicationState& replication = turn.state.replication;
    if (seen.server != proto::Server::up) return;
    const bool came_up = before.server != proto::Server::up || seen.restarts != before.restarts;
    // Our own drain stops the I/O thread alone, and a restarted agent doesn't remember it.
    if (came_up && !seen.io_running && !seen.replication_error) replication.start_wanted = true;
    if (came_up) doubt_replication(turn);
    if (replication.settled_at && turn.now >= *replication.settled_at && !is_occupied(turn.state))
        settle(turn.state, seen);
    if (seen.io_running && seen.sql_running && !replication.unsettled) replication.start_wanted = false;
    if (source_refuses(seen) && !source_refuses(before)) replication.refused_retry_at = turn.now + kRefusedRetry;
    const bool works = seen.complete && seen.io_connected && seen.sql_running && !replication.revalidate;
    if (works && turn.now >= replication.confirm_after) replication.unconfirmed = false;
}

void doubt_replication(Turn& turn) {
    ReplicationState& replication = turn.state.replication;
    replication.unconfirmed = true;
    replication.confirm_after = turn.now + kConfirmDelay;
    const bool master = turn.config.host(turn.state.self)->mode == HostMode::master;
    if (master && turn.state.writer.step == WriterStep::none) replication.revalidate = true;
}

void order_replication(Turn& turn) {
    const State& state = turn.state;
    ReplicationState& replication = turn.state.replication;
    if (is_to_run(state) && replication.admin_stop != AdminStop::none) {
        replication.admin_stop = AdminStop::none;
        replication.start_wanted = true;
        replication.settled_at.reset();
    }
    replication.backoff = Duration{0};
    replication.retry_at = turn.now;
    replication.source_set_until = turn.now;
    replication.await_at = turn.now;
    replication.problem.clear();
}

void advance_replication(Turn& turn) {
    State& state = turn.state;
    cancel_overtaken(turn);
    if (!state.order || state.server.server != proto::Server::up || is_occupied(state)) return;
    if (turn.now < state.replication.retry_at || !has_free_threads(state)) return;
    if (is_stop_due(state)) {
        state.replication.admin_stop = AdminStop::begun;
        cancel(turn, Worker::replication);
        start(turn, Worker::replication, StopReplication{}, kReplicationLimit);
    } else if (is_to_run(state) && cannot_change_source(turn)) {
        refuse_other_source(turn);
    } else if (is_to_run(state) && is_start_due(turn)) {
        const bool again = source_refuses(turn.state.server);
        turn.log(again ? LogLevel::debug : LogLevel::info, "starting replication", {{"source", state.order->source}});
        const bool writer = state.writer.step == WriterStep::hold;
        cancel(turn, Worker::replication);
        start(turn, Worker::replication, Replicate{source_to_set(state), writer}, kReplicationLimit);
    } else {
        await_writer(turn);
    }
}

void caught_up(Turn& turn, const CatchUp& task, const Result<std::string>& outcome) {
    ReplicationState& replication = turn.state.replication;
    if (!outcome) {
        replication.await_problem = "hasn't caught up with the writer: " + outcome.error().message;
        return;
    }
    replication.await_problem.clear();
    replication.reached = task.position;
}

void yield_replication(Turn& turn) {
    const State& state = turn.state;
    const bool interrupted = running<Replicate>(state, Worker::replication) != nullptr ||
                             running<StopReplication>(state, Worker::replication) != nullptr;
    if (interrupted) turn.state.replication.start_wanted = true;
    const bool applies = running<Drain>(state, Worker::replication) != nullptr ||
                         running<GiveUpRest>(state, Worker::replication) != nullptr;
    if (interrupted || applies) note_cut_off(turn.state.replication);
    cancel(turn, Worker::replication);
}

void end_replication_task(Turn& turn, const Task& task, const Result<std::string>& outcome) {
    State& state = turn.state;
    ReplicationState& replication = state.replication;
    const bool stopping = std::holds_alternative<StopReplication>(task);
    if (!outcome) {
        replication.problem =
            (stopping ? "can't stop replication: " : "can't start replication: ") + outcome.error().message;
        turn.log(LogLevel::error, replication.problem);
        note_cut_off(replication);
        replication.backoff = std::min(replication.backoff + kReplicationRetry, kReplicationRetryMax);
        replication.retry_at = turn.now + replication.backoff;
        return;
    }
    replication.problem.clear();
    replication.backoff = Duration{0};
    replication.start_wanted = false;
    if (replication.unsettled) replication.settled_at = turn.now + kConfirmDelay;
    replication.refused_retry_at = turn.now + kRefusedRetry;
    if (stopping) {
        if (!replication.unsettled) replication.admin_stop = AdminStop::done;
    } else {
        replication.io_stopped_by_us = false;
        replication.revalidate = false;
        replication.confirm_after = turn.now + kConfirmDelay;
        replication.source_set_until = turn.now + kSourceTrusted;
    }
}

}  // namespace mmm::agent
