#include "tests/sim/sql_threads.hpp"

// The agent's looks at its server: five times a second, at once when the connection closes, never two at a time.

namespace mmm::sim {
namespace {

constexpr Span kLookPeriod = 200ms;
constexpr Span kAnswerLimit = 1s;

}  // namespace

void SqlThreads::begin() {
    looking_ = false;
    look();
}

void SqlThreads::server_lost() {
    if (process_.runs())
        process_.after(
            200us, [this] { look(); }, Source::thread);
}

void SqlThreads::look_at(const agent::LookAtServer& asked) {
    asked_ = asked.number;
    look();
}

void SqlThreads::look() {
    if (looking_) return;
    looking_ = true;
    answers_ = asked_;
    const std::uint64_t number = ++look_;
    const auto seen = std::make_shared<agent::ServerSeen>();
    const auto answer = std::make_shared<Result<void>>();
    const auto answered = process_.mine(Source::thread, [this, number, seen, answer] {
        if (number == look_ && looking_) tell(*answer, *seen);
    });
    process_.after(
        kAnswerLimit,
        [this, number] {
            if (number == look_ && looking_) tell(fail(Code::timeout, "no answer within 1000 ms"), {});
        },
        Source::thread);
    server_.execute([this, seen] { *seen = view(); },
                    [answer, answered](const Result<void>& result) {
                        *answer = result;
                        answered();
                    });
}

void SqlThreads::look_again(Span pause) {
    process_.after(
        pause,
        [this, number = look_] {
            if (number == look_) look();
        },
        Source::thread);
}

void SqlThreads::tell(Result<void> answer, const agent::ServerSeen& seen) {
    looking_ = false;
    agent::ServerSeen told = seen;
    if (!answer) {
        told = agent::ServerSeen{};
        told.server = answer.error().code == Code::unreachable ? proto::Server::down : proto::Server::hung;
        told.message = answer.error().message;
        told.restarts = server_.restarts();
    } else {
        told.look = answers_;
    }
    look_again(answers_ == asked_ ? kLookPeriod : Span{});
    handlers_.on_seen(std::move(told));
}

agent::ServerSeen SqlThreads::view() const {
    agent::ServerSeen seen;
    seen.server = proto::Server::up;
    seen.read_only = server_.read_only();
    seen.position = server_.position();
    seen.history = seen.applied = server_.history();
    seen.server_id = server_.id();
    seen.restarts = server_.restarts();
    seen.complete = true;
    if (!server_.source) return seen;
    auto source = config_.hosts.begin();
    std::advance(source, *server_.source);
    seen.source = source->second.ip;
    if (const auto received = server_.received()) seen.received = received->text();
    if (!server_.sql && server_.sql_error != 0) {
        seen.sql_error = static_cast<std::uint32_t>(server_.sql_error);
        seen.sql_problem = "the SQL thread stopped with an error";
    }
    seen.io_running = server_.io;
    seen.io_connected = server_.io_connected;
    seen.io_error = server_.io ? 0 : static_cast<std::uint32_t>(server_.io_error);
    seen.sql_running = server_.sql;
    seen.replication_error = (!server_.io && server_.io_error != 0) || (!server_.sql && server_.sql_error != 0);
    return seen;
}

}  // namespace mmm::sim
