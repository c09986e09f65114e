#include "net/mysql/replication_status.hpp"

#include <algorithm>

#include "net/mysql/errors.hpp"

namespace mmm::net::mysql {

namespace {

/// MySQL breaks long GTID sets into lines.
std::string without_line_breaks(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    return text;
}

std::string using_gtid(const Row& row) {
    if (const auto word = row.get("Using_Gtid")) return std::string(*word);
    return row.truth("Auto_Position") ? "Auto_Position" : "No";
}

/// Who and what isn't replicated. Ignored servers are left out: leaving out oneself isn't a filter.
std::string filters(const Row& row) {
    std::string text;
    for (const char* const column :
         {"Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table",
          "Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table", "Replicate_Rewrite_DB", "Replicate_Do_Domain_Ids",
          "Replicate_Ignore_Domain_Ids"}) {
        const std::string value = printable(row.text(column));
        if (!value.empty()) text += (text.empty() ? "" : "; ") + std::string(column) + "=" + value;
    }
    return text;
}

ReplicationStatus read_row(const Row& row) {
    ReplicationStatus status;
    status.source_host = row.text({"Source_Host", "Master_Host"});
    // RESET REPLICA without ALL leaves a row without a source.
    status.configured = !status.source_host.empty();
    // MariaDB says "Preparing" before it connects first.
    const std::string io = row.text({"Replica_IO_Running", "Slave_IO_Running"});
    status.io_running = same_word(io, "Yes");
    status.io_connecting = same_word(io, "Connecting") || same_word(io, "Preparing");
    status.sql_running = same_word(row.text({"Replica_SQL_Running", "Slave_SQL_Running"}), "Yes");
    status.seconds_behind = row.number({"Seconds_Behind_Source", "Seconds_Behind_Master"});
    status.source_port = static_cast<unsigned>(row.number({"Source_Port", "Master_Port"}).value_or(0));
    status.source_log_file = row.text({"Source_Log_File", "Master_Log_File"});
    status.source_log_position = row.number({"Read_Source_Log_Pos", "Read_Master_Log_Pos"}).value_or(0);
    status.applied_log_file = row.text({"Relay_Source_Log_File", "Relay_Master_Log_File"});
    status.applied_log_position = row.number({"Exec_Source_Log_Pos", "Exec_Master_Log_Pos"}).value_or(0);
    status.using_gtid = using_gtid(row);
    status.gtid_io_pos = row.text("Gtid_IO_Pos");
    status.gtid_slave_pos = row.text("Gtid_Slave_Pos");
    status.relay_log_file = row.text("Relay_Log_File");
    status.relay_log_position = row.number("Relay_Log_Pos").value_or(0);
    status.retrieved_gtid_set = without_line_breaks(row.text("Retrieved_Gtid_Set"));
    status.sql_state = row.text({"Replica_SQL_Running_State", "Slave_SQL_Running_State", "Slave_SQL_State"});
    status.last_io_errno = static_cast<int>(row.number("Last_IO_Errno").value_or(0));
    status.last_sql_errno = static_cast<int>(row.number("Last_SQL_Errno").value_or(0));
    status.last_io_error = printable(row.text("Last_IO_Error"));
    status.last_sql_error = printable(row.text("Last_SQL_Error"));
    status.sql_delay = row.number("SQL_Delay").value_or(0);
    status.heartbeat_period = row.text("Slave_heartbeat_period");
    status.source_server_id =
        static_cast<std::uint32_t>(row.number({"Source_Server_Id", "Master_Server_Id"}).value_or(0));
    status.tls = same_word(row.text({"Source_SSL_Allowed", "Master_SSL_Allowed"}), "Yes");
    status.tls_verify = same_word(row.text({"Source_SSL_Verify_Server_Cert", "Master_SSL_Verify_Server_Cert"}), "Yes");
    status.tls_ca = row.text({"Source_SSL_CA_File", "Master_SSL_CA_File"});
    status.filters = filters(row);
    return status;
}

}  // namespace

ReplicationStatus read_replication_status(const Rows& rows, std::string_view channel) {
    ReplicationStatus status;
    bool others = false;
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const Row row(rows, index);
        if (same_word(row.text({"Channel_Name", "Connection_name"}), channel))
            status = read_row(row);
        else
            others = true;
    }
    status.others = others;
    return status;
}

Result<ReplicationStatus> replication_status(Connection& connection, Time deadline) {
    const auto rows = connection.query(show_replica_status(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    return read_replication_status(*rows, connection.channel());
}

}  // namespace mmm::net::mysql
