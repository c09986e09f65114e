#include <algorithm>

#include "core/agent/replication.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/writer.hpp"
#include "core/agent/writer_steps.hpp"

namespace mmm::agent::steps {

namespace {

using config::OnDrainTimeout;

/// So often the log says how far a drain is.
constexpr Duration kProgressLogged{5000};
/// A drain begins anew when the order changes; it gets as long as this at least.
constexpr Duration kShortestDrain{1000};

/// What the order says of catching up. Without an order the role came back to its last holder by the voters' word:
/// there is nobody to catch up with.
Drain wanted_drain(const State& state) {
    if (!state.order) return {.catch_up = "", .was_writer = true};
    const proto::Order& order = *state.order;
    return {order.catch_up, order.catch_up_from, order.fetch, order.fetch_from, order.was_writer};
}

OnDrainTimeout when_late(const Turn& turn) {
    switch (turn.state.order ? turn.state.order->late_drain : proto::LateDrain::configured) {
        case proto::LateDrain::wait:
            return OnDrainTimeout::keep;
        case proto::LateDrain::promote:
            return OnDrainTimeout::promote;
        case proto::LateDrain::configured:
            break;
    }
    return turn.config.on_drain_timeout;
}

/// A move that can still be undone gives nothing up, also of what nobody within reach can give.
bool may_go_without(const Turn& turn) {
    const auto& order = turn.state.order;
    return when_late(turn) != OnDrainTimeout::stop && !(order && order->late_drain == proto::LateDrain::wait);
}

bool is_late(const Turn& turn) {
    return turn.now >= turn.state.writer.drain_until;
}

void end_draining(Turn& turn) {
    Writer& writer = turn.state.writer;
    writer.drained = true;
    writer.step = WriterStep::make_writable;
    writer.retry_at = turn.now;
    writer.progress = {};
    writer.problem.clear();
}

void go_without(Turn& turn, const std::string& lost) {
    turn.state.writer.lost = lost;
    if (!lost.empty())
        turn.log(LogLevel::error, "becoming the writer without transactions that could not be had",
                 {{"event", "drain_lost"}, {"gtids", lost}});
    end_draining(turn);
}

/// "1,204".
std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

/// Waits for the operator, if so configured. Returns whether it does.
bool stop_when_late(Turn& turn) {
    Writer& writer = turn.state.writer;
    if (writer.drain_stopped && when_late(turn) != OnDrainTimeout::stop) {
        writer.drain_stopped = false;
        writer.retry_at = turn.now;
    }
    if (writer.drain_stopped) return true;
    if (when_late(turn) != OnDrainTimeout::stop || !is_late(turn)) return false;
    end_applying(turn);
    writer.drain_stopped = true;
    return true;
}

std::string why_stopped(const Turn& turn) {
    const std::string& left = turn.state.writer.progress.text;
    return "not all that was received is applied, and drain_timeout is over; waiting for the operator: `mmm ctl "
           "move_role " +
           turn.state.writer.slot.role + " " + turn.state.self +
           "` applies on, with --force it becomes the writer without the rest" +
           (left.empty() ? "" : " (" + left + ")");
}

}  // namespace

bool is_up(const State& state) {
    return state.server.server == proto::Server::up;
}

std::string why_not_up(const State& state) {
    std::string text = "mysqld ";
    switch (state.server.server) {
        case proto::Server::down:
            text += "is down";
            break;
        case proto::Server::hung:
            text += "doesn't answer";
            break;
        case proto::Server::unknown:
        case proto::Server::up:
            text += "can't be looked at";
            break;
    }
    if (!state.server.message.empty()) text += " (" + state.server.message + ")";
    return text;
}

void fail_step(Turn& turn, std::string text) {
    Writer& writer = turn.state.writer;
    if (writer.problem != text) turn.log(LogLevel::error, text);
    writer.problem = std::move(text);
    writer.retry_at = turn.now + kRetry;
}

bool is_applying(WriterStep step) {
    return step == WriterStep::drain || step == WriterStep::give_up;
}

void end_applying(Turn& turn) {
    const State& state = turn.state;
    const bool applies = running<Drain>(state, Worker::replication) != nullptr ||
                         running<GiveUpRest>(state, Worker::replication) != nullptr;
    if (applies) yield_replication(turn);
}

void begin_draining(Turn& turn) {
    Writer& writer = turn.state.writer;
    writer.drain_until = turn.now + turn.config.drain_timeout;
    writer.drain_stopped = false;
    writer.progress = {};
    writer.received.clear();
}

void drain(Turn& turn) {
    State& state = turn.state;
    if (!is_up(state)) {
        state.writer.problem = why_not_up(state) + "; the writer role waits for it";
        return;
    }
    if (!state.server.received.empty()) state.writer.received = state.server.received;
    if (stop_when_late(turn)) return fail_step(turn, why_stopped(turn));
    if (is_late(turn) && when_late(turn) == OnDrainTimeout::promote) {
        end_applying(turn);
        state.writer.step = WriterStep::give_up;
        state.writer.retry_at = turn.now;
        return;
    }
    const Drain wanted = wanted_drain(state);
    if (const auto* draining = running<Drain>(state, Worker::replication)) {
        if (*draining == wanted) return;
        state.writer.retry_at = turn.now;  // more became known meanwhile
    }
    if (turn.now < state.writer.retry_at) return;
    yield_replication(turn);
    const Duration left = state.writer.drain_until - turn.now;
    const Duration allowed = left > Duration{0} ? std::max(left, kShortestDrain) : turn.config.drain_timeout;
    start(turn, Worker::replication, wanted, allowed);
    state.replication.io_stopped_by_us = true;
    // One that fails at once, whatever it says, isn't tried again at once.
    state.writer.retry_at = turn.now + kRetry;
}

void note_progress(Turn& turn, const TaskProgress& progress) {
    DrainProgress& known = turn.state.writer.progress;
    std::string text = "applying what was received: ";
    if (progress.left == 0) {
        text += progress.what;
    } else {
        text += grouped(progress.left) + (progress.left == 1 ? " transaction left" : " transactions left");
        const auto ms = static_cast<std::uint64_t>((turn.now - known.at).count());
        if (known.left > progress.left && ms > 0) {
            const std::uint64_t rate = std::max<std::uint64_t>(1, (known.left - progress.left) * 1000 / ms);
            text += ", " + grouped(rate) + "/s, " + grouped((progress.left + rate - 1) / rate) + " s";
        }
    }
    const bool is_first = known.text.empty();
    known.at = turn.now;
    known.left = progress.left;
    known.text = std::move(text);
    if (!is_first && turn.now < known.log_at) return;
    known.log_at = turn.now + kProgressLogged;
    turn.log(LogLevel::info, known.text, {{"event", "draining"}});
}

void drained(Turn& turn, const Result<std::string>& outcome, const std::string& lost) {
    Writer& writer = turn.state.writer;
    if (writer.step != WriterStep::drain) return;
    if (outcome) return end_draining(turn);
    if (!lost.empty() && is_late(turn) && may_go_without(turn)) {
        turn.log(LogLevel::error, "what others have is out of reach: " + outcome.error().message);
        return go_without(turn, lost);
    }
    // Writable with less than was received would lose it: trying goes on until the order says otherwise.
    const Time after_its_start = writer.retry_at;
    fail_step(turn,
              "can't apply everything received before becoming writable: " + outcome.error().message + "; trying on");
    if (outcome.error().code == Code::timeout) writer.retry_at = after_its_start;
}

void give_up(Turn& turn) {
    State& state = turn.state;
    if (!is_up(state)) {
        // It may come back with more applied, or with less received.
        state.writer.step = WriterStep::drain;
        return;
    }
    if (busy(state, Worker::replication) || turn.now < state.writer.retry_at) return;
    const Drain wanted = wanted_drain(state);
    start(turn, Worker::replication, GiveUpRest{state.writer.received, wanted.catch_up, wanted.fetch},
          kReplicationLimit);
}

void gave_up(Turn& turn, const Result<std::string>& outcome, const std::string& lost) {
    Writer& writer = turn.state.writer;
    if (writer.step != WriterStep::give_up) return;
    if (!outcome) return fail_step(turn, "can't stop applying what was received: " + outcome.error().message);
    go_without(turn, lost);
}

}  // namespace mmm::agent::steps
