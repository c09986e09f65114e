#include "net/mysql/sql_thread.hpp"

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
        const auto changed = connection.query(follow_relay_log(connection.channel(), status.relay_log_file,
                                                               status.relay_log_position, status.heartbeat_period),
                                              deadline);
        if (!changed) return tl::make_unexpected(changed.error());
    }
    const auto started = connection.query(start_sql_thread(server, connection.channel()), deadline);
    if (!started) return tl::make_unexpected(started.error());
    return {};
}

Result<void> resume_gtid(Connection& connection, const ReplicationStatus& before, Time deadline) {
    const auto status = replication_status(connection, deadline);
    if (!status) return tl::make_unexpected(status.error());
    if (status->using_gtid == before.using_gtid) return {};
    const auto stopped = stop_replication(connection, deadline);
    if (!stopped) return tl::make_unexpected(stopped.error());
    const auto start = before.using_gtid == "Current_Pos" ? GtidStart::current_pos : GtidStart::slave_pos;
    const auto changed = connection.query(follow_gtid(connection.channel(), start, before.heartbeat_period), deadline);
    if (!changed) return tl::make_unexpected(changed.error());
    return {};
}

Result<void> throw_relay_log_away(Connection& connection, Time deadline) {
    const auto reset = connection.query(reset_relay_log(connection.server(), connection.channel()), deadline);
    if (!reset) return tl::make_unexpected(reset.error());
    return {};
}

}  // namespace mmm::net::mysql
