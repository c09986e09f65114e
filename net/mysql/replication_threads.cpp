#include "net/mysql/replication_threads.hpp"

#include <fmt/format.h>

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

/// Runs `sql`, then reads the status.
Result<ReplicationStatus> change(Connection& connection, const std::string& sql, Time deadline) {
    const auto done = connection.query(sql, deadline);
    if (!done) return tl::make_unexpected(done.error());
    return replication_status(connection, deadline);
}

}  // namespace

Result<ReplicationStatus> stop_io_thread(Connection& connection, Time deadline) {
    auto status = change(connection, stop_io_thread(connection.server(), connection.channel()), deadline);
    if (status && !status->io_stopped()) return fail(Code::refused, "the I/O thread runs although it was stopped");
    return status;
}

Result<ReplicationStatus> stop_replication(Connection& connection, Time deadline) {
    auto status = change(connection, stop_replication(connection.server(), connection.channel()), deadline);
    if (status && (!status->io_stopped() || status->sql_running))
        return fail(Code::refused, "replication runs although it was stopped");
    return status;
}

Result<ReplicationStatus> start_replication(Connection& connection, Time deadline) {
    const auto status = replication_status(connection, deadline);
    if (!status) return status;
    if (!status->configured) return fail(Code::invalid, "replication isn't set up on this server");
    const auto done = connection.query(start_replication(connection.server(), connection.channel()), deadline);
    if (!done) return tl::make_unexpected(done.error());
    return await_threads(connection, deadline);
}

Result<ReplicationStatus> await_threads(Connection& connection, Time deadline) {
    while (true) {
        auto status = replication_status(connection, deadline);
        if (!status || status->threads_run()) return status;
        if (const std::string error = thread_error(*status); !error.empty()) return fail(Code::refused, error);
        if (auto paused = connection.pause(10ms, deadline); !paused) return tl::make_unexpected(paused.error());
    }
}

std::string thread_error(const ReplicationStatus& status) {
    if (!status.sql_running && status.last_sql_errno != 0)
        return fmt::format("the SQL thread stopped with error {}: {}", status.last_sql_errno, status.last_sql_error);
    if (status.io_stopped() && status.last_io_errno != 0)
        return fmt::format("the I/O thread stopped with error {}: {}", status.last_io_errno, status.last_io_error);
    return {};
}

}  // namespace mmm::net::mysql
