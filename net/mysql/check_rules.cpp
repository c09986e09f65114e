#include "net/mysql/check_rules.hpp"

#include <fmt/format.h>

namespace mmm::net::mysql {

namespace {

/// "I/O thread stopped: error 1236: ..."
std::string stopped(std::string_view thread, int number, const std::string& error) {
    if (number == 0) return fmt::format("{} thread stopped", thread);
    return fmt::format("{} thread stopped: error {}: {}", thread, number, error);
}

/// "the source can't be reached: error 2003: ..."
std::string unconnected(int number, const std::string& error) {
    if (number == 0) return "the source can't be reached";
    return fmt::format("the source can't be reached: error {}: {}", number, error);
}

}  // namespace

Verdict mysql_verdict(const Result<void>& answer) {
    if (answer) return {Outcome::ok, {}};
    const Error& error = answer.error();
    switch (error.code) {
        case Code::unreachable:
            return {Outcome::failed_hard, error.message};
        case Code::busy:
        case Code::permission:
        case Code::cancelled:
        case Code::invalid:
        case Code::unsupported:
            return {Outcome::unknown, error.message};
        default:
            return {Outcome::failed_soft, error.message};
    }
}

Verdict rep_threads_verdict(const ReplicationStatus& status) {
    if (!status.configured) return {Outcome::failed_soft, "Replication is not set up"};
    if (status.threads_run()) return {Outcome::ok, {}};
    std::string text = "Replication is broken: ";
    if (status.io_stopped()) text += stopped("I/O", status.last_io_errno, status.last_io_error);
    if (!status.sql_running) {
        if (status.io_stopped()) text += "; ";
        text += stopped("SQL", status.last_sql_errno, status.last_sql_error);
    }
    return {Outcome::failed_soft, text};
}

Backlog backlog_of(const ReplicationStatus& status) {
    if (!status.configured) return {std::nullopt, "Replication is not set up"};
    if (!status.seconds_behind && status.io_connecting)
        return {std::nullopt, "Backlog is unknown: " + unconnected(status.last_io_errno, status.last_io_error)};
    if (!status.seconds_behind) return {std::nullopt, "Backlog is unknown (NULL)"};
    return {std::chrono::seconds{*status.seconds_behind}, {}};
}

Backlog backlog_by_beat(std::optional<std::chrono::seconds> age, const ReplicationStatus& status) {
    if (age) return {age, {}};
    return {std::nullopt, fmt::format("Backlog is unknown (the heartbeat table has no row of the source, server_id {})",
                                      status.source_server_id)};
}

Verdict rep_backlog_verdict(const Backlog& backlog, std::chrono::seconds max_backlog) {
    if (!backlog.behind) return {Outcome::unknown, backlog.unknown};
    const std::chrono::seconds behind = *backlog.behind;
    if (behind > max_backlog)
        return {Outcome::failed_soft,
                fmt::format("Backlog is {} s, more than {} s", behind.count(), max_backlog.count())};
    if (behind.count() == 0) return {Outcome::ok, "Backlog is null"};
    return {Outcome::ok, fmt::format("Backlog is {} s", behind.count())};
}

Verdict unanswered_verdict(const Error& error, bool connected) {
    const bool right_missing = connected && error.code == Code::permission;
    return {right_missing ? Outcome::failed_soft : Outcome::unknown, error.message};
}

}  // namespace mmm::net::mysql
