#include "core/agent/privileged.hpp"

#include "core/agent/tasks.hpp"
#include "core/agent/writer.hpp"

namespace mmm::agent {

namespace {

constexpr Duration kListLimit{2000};
constexpr Duration kEventsLimit{2000};
/// A switch that failed is tried again after this.
constexpr Duration kEventsRetry{10'000};

/// Not the fencing worker: nothing of this is worth a wait there.
bool is_free(const State& state) {
    return state.server.server == proto::Server::up && !busy(state, Worker::replication);
}

}  // namespace

void look_for_privileged(Turn& turn) {
    State& state = turn.state;
    Writer& writer = state.writer;
    // Before the first order nothing says who the writer is.
    if (writer.step != WriterStep::none || state.server.server != proto::Server::up || !state.ordered_once) {
        writer.privileged.clear();
        writer.privileged_at = turn.now + kPrivilegedPeriod;
        return;
    }
    if (writer.read_only_owed || state.replication.backoff > Duration{0} || turn.now < writer.privileged_at ||
        !is_free(state))
        return;
    writer.privileged_at = turn.now + kPrivilegedPeriod;
    start(turn, Worker::replication, ListPrivileged{turn.config.end_privileged}, kListLimit);
}

void listed_privileged(Turn& turn, const Result<std::string>& outcome) {
    Writer& writer = turn.state.writer;
    if (!outcome) {
        const std::string& why = outcome.error().message;
        const bool lacks_right = outcome.error().code == Code::permission;
        writer.privileged.clear();
        if (lacks_right && writer.cant_look != why) {
            turn.log(turn.config.end_privileged ? LogLevel::error : LogLevel::info,
                     "sessions that may write to a read-only server can't be told from others: " + why);
            writer.cant_look = why;
        }
        return;
    }
    writer.cant_look.clear();
    if (*outcome == writer.privileged) return;
    if (!outcome->empty()) {
        turn.log(LogLevel::warning,
                 turn.config.end_privileged ? "ended sessions that could write although this host is not the writer"
                                            : "sessions can write although this host is not the writer",
                 {{"sessions", *outcome}});
    }
    writer.privileged = turn.config.end_privileged ? "" : *outcome;
}

void keep_events(Turn& turn) {
    State& state = turn.state;
    Writer& writer = state.writer;
    if (!turn.config.events_follow_writer || !state.ordered_once || state.server.events.empty()) return;
    const bool on = writer.step == WriterStep::hold && state.server.read_only == false;
    if (!on && writer.step != WriterStep::none) return;
    if (state.server.events == "DISABLED") {
        const std::string text =
            "the event scheduler is DISABLED in the server's configuration and can't follow the writer";
        if (writer.events_problem != text) turn.log(LogLevel::warning, text);
        writer.events_problem = text;
        return;
    }
    if ((state.server.events == "ON") == on) {
        writer.events_problem.clear();
        return;
    }
    if (!is_free(state) || turn.now < writer.events_at) return;
    writer.events_at = turn.now + kEventsRetry;
    start(turn, Worker::replication, SetEvents{on}, kEventsLimit);
}

void switched_events(Turn& turn, const SetEvents& task, const Result<std::string>& outcome) {
    State& state = turn.state;
    if (outcome) {
        state.server.events = task.on ? "ON" : "OFF";
        state.writer.events_problem.clear();
        state.writer.events_at = turn.now;
        turn.log(LogLevel::info, task.on ? "the event scheduler is on: this host is the writer"
                                         : "the event scheduler is off: this host is not the writer");
        return;
    }
    const std::string text =
        std::string("can't switch the event scheduler ") + (task.on ? "on: " : "off: ") + outcome.error().message;
    if (state.writer.events_problem != text) turn.log(LogLevel::error, text);
    state.writer.events_problem = text;
}

}  // namespace mmm::agent
