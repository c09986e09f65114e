#include "net/mysql/sql_thread.hpp"

#include <fmt/format.h>

#include "net/mysql/replication_threads.hpp"

namespace mmm::net::mysql {

bool knows_what_it_received(const ReplicationStatus& status) {
    const bool mariadb_by_gtid = status.by_gtid() && !same_word(status.using_gtid, "Auto_Position");
    const bool stopped = status.io_stopped() && !status.sql_running;
    return !mariadb_by_gtid || !stopped || !status.gtid_io_pos.empty() || status.source_log_file.empty();
}

Result<void> start_sql_thread_keeping_relay_log(Connection& connection, const ReplicationStatus& status,
                                                Time deadline) {
    if (status.sql_running) return {};
    if (status.last_sql_errno != 0) return fail(Code::refused, thread_error(status));
    const Server& server = connection.server();
    if (server.is_mariadb() && status.by_gtid() && status.io_stopped()) {
        const std::string sql = fmt::format("CHANGE MASTER TO MASTER_USE_GTID=no, RELAY_LOG_FILE={}, RELAY_LOG_POS={}",
                                            quote(status.relay_log_file), status.relay_log_position);
        const auto changed = connection.query(sql, deadline);
        if (!changed) return tl::make_unexpected(changed.error());
    }
    const auto started = connection.query(start_sql_thread(server), deadline);
    if (!started) return tl::make_unexpected(started.error());
    return {};
}

Result<void> resume_gtid(Connection& connection, const ReplicationStatus& before, Time deadline) {
    const auto status = replication_status(connection, deadline);
    if (!status) return tl::make_unexpected(status.error());
    if (status->using_gtid == before.using_gtid) return {};
    const auto stopped = stop_replication(connection, deadline);
    if (!stopped) return tl::make_unexpected(stopped.error());
    const std::string_view start = before.using_gtid == "Current_Pos" ? "current_pos" : "slave_pos";
    const auto changed = connection.query(fmt::format("CHANGE MASTER TO MASTER_USE_GTID={}", start), deadline);
    if (!changed) return tl::make_unexpected(changed.error());
    return {};
}

Result<void> drop_given_up(Connection& connection, const ReplicationStatus& status, Time deadline) {
    const bool stopped = status.io_stopped() && !status.sql_running;
    if (connection.server().is_mariadb() || !stopped || status.retrieved_gtid_set.empty()) return {};
    const auto rows = connection.query(
        fmt::format("SELECT GTID_SUBSET({}, @@global.gtid_executed) AS applied", quote(status.retrieved_gtid_set)),
        deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    if (!rows->empty() && Row(*rows, 0).truth("applied")) return {};
    const auto reset = connection.query(reset_relay_log(connection.server()), deadline);
    if (!reset) return tl::make_unexpected(reset.error());
    return {};
}

}  // namespace mmm::net::mysql
