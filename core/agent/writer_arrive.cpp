#include <algorithm>
#include <utility>

#include "core/agent/holding.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/version1.hpp"
#include "core/agent/writer.hpp"
#include "core/agent/writer_steps.hpp"

namespace mmm::agent::steps {

namespace {

/// mysqld may execute the statement late: after its deadline it changes nothing, so that lies within the lease.
void start_making_writable(Turn& turn) {
    const Slot& slot = turn.state.writer.slot;
    Duration allowed = kWritableLimit;
    if (const auto until = held_until(turn.state, slot, turn.now); until && !is_by_contact(turn.state, slot))
        allowed = std::min(allowed, *until - turn.now);
    start(turn, Worker::fence, SetWritable{}, allowed);
}

}  // namespace

void begin_arriving(Turn& turn, const Slot& slot) {
    // What the guard of read_only is doing now would undo the grant.
    cancel(turn, Worker::fence);
    Writer& writer = turn.state.writer;
    // What was received couldn't be applied behind our own lock.
    if (std::exchange(writer.locked, false)) start(turn, Worker::fence, Unlock{}, kTaskSlack);
    writer.step = WriterStep::drain;
    writer.slot = slot;
    writer.drained = false;
    writer.lost.clear();
    begin_draining(turn);
    writer.server_away = false;
    writer.kept_read_only = false;
    writer.failures = 0;
    writer.retry_at = turn.now;
    writer.frozen_position.clear();
    writer.problem.clear();
    turn.log(LogLevel::info, "the writer role arrives", {{"slot", slot.text()}});
}

void make_writable(Turn& turn) {
    State& state = turn.state;
    if (busy(state, Worker::fence)) return;
    if (!is_up(state)) {
        // A restarted mysqld may have received more.
        state.writer.step = WriterStep::drain;
        state.writer.drained = false;
        begin_draining(turn);
        return;
    }
    if (turn.now < state.writer.retry_at || !may_serve(state, state.writer.slot, turn.now)) return;
    start_making_writable(turn);
}

void made_writable(Turn& turn, const Result<std::string>& outcome) {
    State& state = turn.state;
    if (!outcome) return fail_step(turn, "can't make mysqld writable: " + outcome.error().message + "; tried again");
    state.server.read_only = false;
    state.server_settled_at = turn.now + kSettle;
    state.writer.read_only_owed = false;
    state.writer.leaving_owed = false;
    state.writer.locked = false;
    state.writer.server_away = false;
    state.writer.failures = 0;
    state.writer.problem.clear();
    if (state.writer.step == WriterStep::make_writable) state.writer.step = WriterStep::open;
}

void open(Turn& turn) {
    State& state = turn.state;
    if (state.server.read_only == true) {
        state.writer.step = WriterStep::make_writable;
    } else if (state.server.read_only == false && state.addresses.present.contains(state.writer.slot)) {
        state.writer.step = WriterStep::hold;
        turn.log(LogLevel::info, "this host is the writer", {{"slot", state.writer.slot.text()}});
    }
}

void adopted(Turn& turn) {
    State& state = turn.state;
    Writer& writer = state.writer;
    writer.problem.clear();
    if (!is_up(state)) {
        if (state.server.server != proto::Server::unknown) writer.problem = why_not_up(state);
    } else if (state.server.read_only == false) {
        writer.step = WriterStep::hold;
        writer.drained = true;
        turn.log(LogLevel::info, "this host goes on as the writer", {{"slot", writer.slot.text()}});
    } else if (state.server.read_only == true && (state.order || !contact_rules(state))) {
        writer.step = WriterStep::drain;
        begin_draining(turn);
    } else if (state.server.read_only == true) {
        writer.problem = "read_only is on although the writer's address is here; waiting for an order";
    }
}

void hold(Turn& turn) {
    State& state = turn.state;
    Writer& writer = state.writer;
    if (!is_up(state)) {
        writer.server_away = true;
        writer.problem = why_not_up(state);
        return;
    }
    if (state.server.read_only != true) {
        if (state.server.read_only == false) writer.server_away = false;
        writer.problem.clear();
        return;
    }
    if (busy(state, Worker::fence) || turn.now < writer.retry_at) return;
    if (!state.order && contact_rules(state)) {
        writer.problem = "read_only was switched on; waiting for an order";
        return;
    }
    // A lease says as much: nobody else can have become the writer meanwhile.
    const bool confirmed = !contact_rules(state) || (state.contact.link_open && state.contact.sequence > 0) ||
                           version1_monitor_lives(state, turn.now);
    if (writer.server_away && !confirmed) {
        writer.problem = "mysqld came back read-only; waiting for the monitor's word to make it writable";
        return;
    }
    if (writer.failures++ == 0) {
        turn.log(LogLevel::warning, writer.server_away ? "mysqld came back read-only on the writer; made writable again"
                                                       : "read_only was switched on by somebody on the writer; "
                                                         "switched off again");
    }
    if (!may_serve(state, writer.slot, turn.now)) return;
    start_making_writable(turn);
}

}  // namespace mmm::agent::steps
