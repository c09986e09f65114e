#include "core/agent/writer.hpp"

#include <variant>

#include "core/agent/addresses.hpp"
#include "core/agent/privileged.hpp"
#include "core/agent/replication.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/writer_steps.hpp"

namespace mmm::agent {

namespace {

/// Arriving, or there.
bool is_to_be_writable(WriterStep step) {
    switch (step) {
        case WriterStep::adopted:
        case WriterStep::drain:
        case WriterStep::give_up:
        case WriterStep::make_writable:
        case WriterStep::open:
        case WriterStep::hold:
            return true;
        case WriterStep::none:
        case WriterStep::freeze:
        case WriterStep::frozen:
        case WriterStep::make_read_only:
        case WriterStep::end_blockers:
        case WriterStep::end_clients:
        case WriterStep::close:
            return false;
    }
    return false;
}

/// What is granted decides the direction; everything else is up to the steps.
void turn_to_grant(Turn& turn) {
    Writer& writer = turn.state.writer;
    const auto wanted = granted_writer(turn);
    switch (writer.step) {
        case WriterStep::none:
            if (wanted) steps::begin_arriving(turn, *wanted);
            break;
        case WriterStep::adopted:
        case WriterStep::drain:
        case WriterStep::give_up:
        case WriterStep::make_writable:
        case WriterStep::open:
            if (!wanted) steps::begin_leaving(turn);
            break;
        case WriterStep::hold:
            if (!wanted) {
                steps::begin_leaving(turn);
            } else if (steps::is_to_freeze(turn)) {
                steps::begin_freezing(turn);
            }
            break;
        case WriterStep::freeze:
        case WriterStep::frozen:
            if (!wanted) {
                steps::begin_leaving(turn);
            } else if (!steps::is_to_freeze(turn)) {
                steps::end_freezing(turn);
            }
            break;
        case WriterStep::make_read_only:
        case WriterStep::end_blockers:
        case WriterStep::end_clients:
            if (!wanted) break;
            // The address never went, so nobody else can have been the writer: no need to drain again.
            turn.log(LogLevel::info, "the writer role is ours again before it left", {{"slot", wanted->text()}});
            cancel(turn, Worker::fence);
            writer.step = writer.drained ? WriterStep::make_writable : WriterStep::drain;
            if (!writer.drained) steps::begin_draining(turn);
            writer.problem.clear();
            writer.retry_at = turn.now;
            break;
        case WriterStep::close:
            break;  // to the end first: the sockets are gone already
    }
}

void take_step(Turn& turn) {
    switch (turn.state.writer.step) {
        case WriterStep::none:
            return steps::guard(turn);
        case WriterStep::adopted:
            return steps::adopted(turn);
        case WriterStep::drain:
            return steps::drain(turn);
        case WriterStep::give_up:
            return steps::give_up(turn);
        case WriterStep::make_writable:
            return steps::make_writable(turn);
        case WriterStep::open:
            return steps::open(turn);
        case WriterStep::hold:
            return steps::hold(turn);
        case WriterStep::freeze:
            return steps::freeze(turn);
        case WriterStep::frozen:
            return steps::frozen(turn);
        case WriterStep::make_read_only:
            return steps::make_read_only(turn);
        case WriterStep::end_blockers:
            return steps::end_blockers(turn);
        case WriterStep::end_clients:
            return steps::end_clients(turn);
        case WriterStep::close:
            steps::guard(turn);
            return steps::close(turn);
    }
}

}  // namespace

proto::WriterPhase phase(WriterStep step) {
    switch (step) {
        case WriterStep::none:
            return proto::WriterPhase::none;
        case WriterStep::adopted:
        case WriterStep::drain:
        case WriterStep::give_up:
        case WriterStep::make_writable:
        case WriterStep::open:
            return proto::WriterPhase::arriving;
        case WriterStep::hold:
            return proto::WriterPhase::holding;
        case WriterStep::freeze:
        case WriterStep::frozen:
        case WriterStep::make_read_only:
        case WriterStep::end_blockers:
        case WriterStep::end_clients:
        case WriterStep::close:
            return proto::WriterPhase::leaving;
    }
    return proto::WriterPhase::none;
}

std::optional<Slot> granted_writer(const Turn& turn) {
    for (const auto& [slot, epoch] : turn.state.granted) {
        if (turn.config.is_writer_slot(slot)) return slot;
    }
    return std::nullopt;
}

void adopt_writer(Turn& turn, const Slot& slot) {
    turn.state.writer.slot = slot;
    turn.state.writer.step = WriterStep::adopted;
}

void owe_read_only(Turn& turn, const Slots& of_process_before) {
    for (const auto& slot : of_process_before) {
        if (!turn.config.is_writer_slot(slot)) continue;
        turn.state.writer.read_only_owed = true;
        turn.state.writer.leaving_owed = true;
    }
}

void see_server(Turn& turn, const ServerSeen& seen) {
    const std::optional<bool> before = turn.state.server.read_only;
    turn.state.server = seen;
    auto& read_only = turn.state.server.read_only;
    if (seen.server != proto::Server::up) read_only.reset();
    // It isn't as it should be, whichever way that is.
    if (read_only == true && seen.clients_only) read_only = is_to_be_writable(turn.state.writer.step);
    if (read_only && before && turn.now < turn.state.server_settled_at) read_only = before;
    if (read_only == true) {
        turn.state.writer.read_only_owed = false;
        turn.state.writer.leaving_owed = false;
    }
}

void advance_writer(Turn& turn) {
    WriterStep before;
    steps::note_order_of_freeze(turn);
    do {
        before = turn.state.writer.step;
        turn_to_grant(turn);
        take_step(turn);
    } while (turn.state.writer.step != before);
    keep_events(turn);
    look_for_privileged(turn);
}

void end_writer_task(Turn& turn, const Task& task, const TaskDone& done) {
    const auto& [id, outcome, position, history, losses, lost] = done;
    const WriterStep step = turn.state.writer.step;
    const bool leaving = step == WriterStep::make_read_only;
    if (std::holds_alternative<Drain>(task)) {
        steps::drained(turn, outcome, lost);
    } else if (std::holds_alternative<GiveUpRest>(task)) {
        steps::gave_up(turn, outcome, lost);
    } else if (std::holds_alternative<SetWritable>(task)) {
        steps::made_writable(turn, outcome);
    } else if (std::holds_alternative<EndClients>(task)) {
        steps::ended_clients(turn, outcome, position);
    } else if (std::holds_alternative<FreezeWrites>(task)) {
        steps::froze(turn, done);
    } else if (std::holds_alternative<ListPrivileged>(task)) {
        listed_privileged(turn, outcome);
    } else if (const auto* events = std::get_if<SetEvents>(&task)) {
        switched_events(turn, *events, outcome);
    } else if (std::holds_alternative<SetReadOnly>(task)) {
        leaving ? steps::made_read_only(turn, outcome, position) : steps::guarded(turn, outcome, position);
    }
}

void see_progress(Turn& turn, const TaskProgress& progress) {
    const auto found = turn.state.running.find(Worker::replication);
    if (found == turn.state.running.end() || found->second.id != progress.id) return;
    if (turn.state.writer.step == WriterStep::drain) steps::note_progress(turn, progress);
}

void leave_at_once(Turn& turn) {
    Writer& writer = turn.state.writer;
    if (writer.step == WriterStep::none || writer.step == WriterStep::close) return;
    if (!turn.state.addresses.removing.contains(writer.slot)) remove_address(turn, writer.slot);
    cancel(turn, Worker::fence);
    steps::end_applying(turn);
    // The steps of leaving have noted it already.
    if (phase(writer.step) != proto::WriterPhase::leaving) writer.was_writable = !steps::is_applying(writer.step);
    writer.step = WriterStep::close;
    writer.read_only_owed = true;
    writer.leaving_owed = writer.was_writable;
    writer.retry_at = turn.now;
    writer.problem.clear();
}

}  // namespace mmm::agent
