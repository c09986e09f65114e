#include "core/agent/losses.hpp"

#include <utility>

#include "core/agent/tasks.hpp"

namespace mmm::agent {
namespace {

/// Nothing of it is left, whatever it was.
void want(Turn& turn, const std::string& gtids) {
    LossesState& losses = turn.state.losses;
    if (losses.of == gtids) return;
    if (running<ReadLosses>(turn.state, Worker::replication) != nullptr) cancel(turn, Worker::replication);
    losses = LossesState{gtids, std::nullopt, false, turn.now};
}

bool is_due(const Turn& turn) {
    const LossesState& losses = turn.state.losses;
    if (losses.of.empty() || turn.now < losses.retry_at) return false;
    return !losses.read || !losses.read->problem.empty();
}

}  // namespace

void tell_losses(Turn& turn) {
    State& state = turn.state;
    LossesState& losses = state.losses;
    want(turn, state.order ? state.order->losses : "");
    // A monitor that hasn't ordered anything on this link may not even know the host's name.
    if (!state.contact.link_open || state.contact.sequence == 0) losses.told = false;
    const bool up = state.server.server == proto::Server::up;
    if (is_due(turn) && up && !busy(state, Worker::replication)) {
        losses.retry_at = turn.now + kReadLossesRetry;
        start(turn, Worker::replication, ReadLosses{losses.of}, kReadLossesLimit);
    }
    if (!losses.read || losses.told || !state.contact.link_open || state.contact.sequence == 0) return;
    losses.told = true;
    turn.emit(SendLosses{*losses.read});
}

void end_reading_losses(Turn& turn, const ReadLosses& task, const TaskDone& done) {
    LossesState& losses = turn.state.losses;
    if (losses.of != task.gtids) return;
    proto::ReadLosses read = done.losses;
    read.of = task.gtids;
    if (!done.outcome) read.problem = "its binary log can't be read: " + done.outcome.error().message;
    // What was read before isn't forgotten for a try that failed as a whole.
    if (losses.read && !done.outcome) read.transactions = losses.read->transactions;
    if (losses.read && *losses.read == read) return;
    losses.read = std::move(read);
    losses.told = false;
}

}  // namespace mmm::agent
