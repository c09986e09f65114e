#include "net/mysql/probe_verdicts.hpp"

#include <fmt/format.h>

namespace mmm::net::mysql {
namespace {

std::string thread_word(bool running, bool connecting) {
    if (running) return "Yes";
    return connecting ? "Connecting" : "No";
}

/// What can be said when SHOW REPLICA STATUS gave no answer.
Verdict no_status(const Error& error, bool connected) {
    if (!connected) return {Outcome::unknown, "UNKNOWN: can't connect: " + error.message};
    if (error.code == Code::permission)
        return {Outcome::failed_soft, "the monitor's user lacks a privilege: " + error.message};
    return {Outcome::unknown, "UNKNOWN: " + error.message};
}

}  // namespace

Verdict judge_connection(const Result<void>& answered) {
    if (answered) return {Outcome::ok, "OK"};
    const Error& error = answered.error();
    switch (error.code) {
        case Code::unreachable:
            return {Outcome::failed_hard, error.message};
        case Code::busy:
            return {Outcome::unknown, "UNKNOWN: too many connections: " + error.message};
        case Code::permission:
            return {Outcome::unknown, "UNKNOWN: the monitor can't log in: " + error.message};
        default:
            return {Outcome::failed_soft, error.message};
    }
}

Verdict judge_threads(const Result<ReplicationStatus>& status, bool connected) {
    if (!status) return no_status(status.error(), connected);
    if (!status->configured) return {Outcome::failed_soft, "replication is not set up"};
    if (status->threads_run()) return {Outcome::ok, "OK"};
    std::string text =
        fmt::format("replication threads: IO {}, SQL {}", thread_word(status->io_running, status->io_connecting),
                    thread_word(status->sql_running, false));
    if (!status->last_io_error.empty())
        text += fmt::format("; IO error {}: {}", status->last_io_errno, status->last_io_error);
    if (!status->last_sql_error.empty()) {
        text += fmt::format("; SQL error {}: {}", status->last_sql_errno, status->last_sql_error);
    }
    return {Outcome::failed_soft, text};
}

Verdict judge_backlog(const Result<ReplicationStatus>& status, bool connected, Duration max_backlog) {
    if (!status) return no_status(status.error(), connected);
    if (!status->configured) return {Outcome::failed_soft, "replication is not set up"};
    if (!status->seconds_behind) {
        if (status->threads_run()) return {Outcome::ok, "Backlog is null"};
        return {Outcome::unknown, "UNKNOWN: backlog is null while replication does not run"};
    }
    const std::chrono::seconds behind{*status->seconds_behind};
    if (behind > max_backlog) {
        return {Outcome::failed_soft,
                fmt::format("{} s behind, more than max_backlog ({} s)", behind.count(),
                            std::chrono::duration_cast<std::chrono::seconds>(max_backlog).count())};
    }
    return {Outcome::ok, "OK"};
}

}  // namespace mmm::net::mysql
