#include "net/mysql/drain.hpp"

#include <fmt/format.h>

#include "core/model/gtid.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/replication_status.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/sql_thread.hpp"

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLook = 10ms;

/// MariaDB: what of Gtid_IO_Pos isn't in gtid_slave_pos.
Result<std::string> missing_mariadb(const ReplicationStatus& status) {
    const auto received = GtidSet::parse(status.gtid_io_pos);
    if (!received) return tl::make_unexpected(received.error());
    const auto applied = GtidSet::parse(status.gtid_slave_pos);
    if (!applied) return tl::make_unexpected(applied.error());
    return missing(*applied, *received);
}

/// MySQL: what of Retrieved_Gtid_Set isn't in gtid_executed.
Result<std::string> missing_mysql(Connection& connection, const ReplicationStatus& status, Time deadline) {
    if (status.retrieved_gtid_set.empty()) return std::string();
    const auto rows = connection.query(
        fmt::format("SELECT GTID_SUBTRACT({}, @@global.gtid_executed) AS missing", quote(status.retrieved_gtid_set)),
        deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    return rows->empty() ? std::string() : Row(*rows, 0).text("missing");
}

/// Without GTIDs: whether the SQL thread and its workers have reached the end of the relay log. The end position isn't
/// asked for: after half a transaction it is never reached.
Result<bool> waits_at_end(Connection& connection, const ReplicationStatus& status, Time deadline) {
    if (!status.sql_running || status.sql_state.find("has read all relay log") == std::string::npos) return false;
    if (!connection.server().is_mariadb()) return status.source_log_position == status.applied_log_position;
    const auto rows = connection.query(
        "SELECT COUNT(*) AS busy FROM information_schema.PROCESSLIST WHERE COMMAND='Slave_worker' "
        "AND STATE<>'Waiting for work from SQL thread'",
        deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    return !rows->empty() && Row(*rows, 0).number("busy") == 0;
}

/// How many transactions of `received` aren't in `applied`; 0 where that can't be told.
std::uint64_t count_rest(const std::string& received, const std::string& applied) {
    const auto wanted = GtidSet::parse(received);
    const auto have = GtidSet::parse(applied);
    return wanted && have ? rest(*have, *wanted).count() : 0;
}

Result<Drained> look(Connection& connection, const ReplicationStatus& status, Time deadline) {
    Drained drained;
    const auto left =
        connection.server().is_mariadb() ? missing_mariadb(status) : missing_mysql(connection, status, deadline);
    if (!left) return tl::make_unexpected(left.error());
    drained.received = connection.server().is_mariadb() ? status.gtid_io_pos : status.retrieved_gtid_set;
    drained.applied = status.gtid_slave_pos;
    drained.left = *left;
    drained.transactions_left =
        connection.server().is_mariadb() ? count_rest(drained.received, drained.applied) : count_rest(*left, "");
    if (drained.left.empty() && !status.by_gtid()) {
        const auto at_end = waits_at_end(connection, status, deadline);
        if (!at_end) return tl::make_unexpected(at_end.error());
        const std::string received = fmt::format("{}:{}", status.source_log_file, status.source_log_position);
        const std::string applied = fmt::format("{}:{}", status.applied_log_file, status.applied_log_position);
        if (!*at_end) drained.left = fmt::format("from {} to {}", applied, received);
        if (drained.received.empty()) {
            drained.received = received;
            drained.applied = applied;
        }
    }
    drained.complete = drained.left.empty();
    if (!drained.complete && status.sql_delay > 0)
        drained.left += fmt::format(" (the replica is delayed by {} s)", status.sql_delay);
    return drained;
}

/// Looks until all is applied or the time is over.
Result<Drained> follow(Connection& connection, Time deadline, const Progress& progress) {
    Time next_report = boot_now() + 1s;
    while (true) {
        const auto status = replication_status(connection, deadline);
        if (!status) return tl::make_unexpected(status.error());
        auto drained = look(connection, *status, deadline);
        if (!drained || drained->complete) return drained;
        if (!status->sql_running && status->last_sql_errno != 0)
            return fail(Code::refused, thread_error(*status) + "; left to apply: " + drained->left);
        if (progress && boot_now() >= next_report) {
            progress(*drained);
            next_report = boot_now() + 1s;
        }
        const auto paused = connection.pause(kLook, deadline - kLook);
        if (!paused && paused.error().code == Code::cancelled) return tl::make_unexpected(paused.error());
        if (!paused) return drained;
    }
}

}  // namespace

Result<Drained> drain(Connection& connection, Time deadline, const Progress& progress) {
    auto before = replication_status(connection, deadline);
    if (!before) return tl::make_unexpected(before.error());
    if (!before->configured) return Drained{true, false, {}, 0, {}, {}};
    if (!knows_what_it_received(*before))
        return Drained{false, true, "unknown: replication wasn't started since the server's restart", 0, {}, {}};
    // The relay log survives a start of the SQL thread while the I/O thread runs: so in this order.
    if (!before->io_stopped()) {
        auto started = start_sql_thread_keeping_relay_log(connection, *before, deadline);
        if (!started && started.error().code != Code::refused) return tl::make_unexpected(started.error());
    }
    auto status = stop_io_thread(connection, deadline);
    if (!status) return tl::make_unexpected(status.error());
    auto drained = look(connection, *status, deadline);
    if (!drained || drained->complete) return drained;
    if (auto started = start_sql_thread_keeping_relay_log(connection, *status, deadline); !started)
        return fail(started.error().code, started.error().message + "; left to apply: " + drained->left);
    drained = follow(connection, deadline, progress);
    if (drained && drained->complete) {
        if (auto resumed = resume_gtid(connection, *before, deadline); !resumed)
            return tl::make_unexpected(resumed.error());
    }
    return drained;
}

}  // namespace mmm::net::mysql
