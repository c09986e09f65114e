#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/rows.hpp"

namespace mmm::net::mysql {

/// One replication channel as the server shows it; texts that the server doesn't have stay empty.
struct ReplicationStatus {
    bool configured = false;     ///< false: not a replica, nothing below means anything
    bool io_running = false;     ///< connected to the source and receiving
    bool io_connecting = false;  ///< runs, but isn't connected (or is preparing)
    bool sql_running = false;
    std::optional<std::int64_t> seconds_behind;  ///< nothing: the server doesn't know
    std::string source_host;
    unsigned source_port = 0;
    std::string source_log_file;  ///< received up to here (source's coordinates)
    std::int64_t source_log_position = 0;
    std::string applied_log_file;  ///< applied up to here (source's coordinates)
    std::int64_t applied_log_position = 0;
    std::string using_gtid;          ///< MariaDB: "No", "Slave_Pos", "Current_Pos"; MySQL: "Auto_Position" or "No"
    std::string gtid_io_pos;         ///< MariaDB, only when using_gtid isn't "No": received whole transactions
    std::string gtid_slave_pos;      ///< MariaDB: applied
    std::string retrieved_gtid_set;  ///< MySQL: received whole transactions
    std::string relay_log_file;      ///< the SQL thread reads here (own coordinates)
    std::int64_t relay_log_position = 0;
    std::string sql_state;  ///< what the SQL thread is doing
    int last_io_errno = 0;
    int last_sql_errno = 0;
    std::string last_io_error;
    std::string last_sql_error;
    std::int64_t sql_delay = 0;          ///< intended delay in seconds
    std::string heartbeat_period;        ///< MariaDB: in seconds
    std::uint32_t source_server_id = 0;  ///< 0: unknown
    bool tls = false;                    ///< it connects to its source by TLS only, or so MySQL; MariaDB may go without
    bool tls_verify = false;             ///< and checks whose certificate that is
    std::string tls_ca;                  ///< by this file
    std::string filters;                 ///< "Replicate_Do_DB=app; ..."; empty: none
    bool others = false;                 ///< the server has channels beside this one

    [[nodiscard]] bool io_stopped() const { return !io_running && !io_connecting; }
    /// Neither thread says No.
    [[nodiscard]] bool threads_run() const { return !io_stopped() && sql_running; }
    [[nodiscard]] bool by_gtid() const { return !using_gtid.empty() && using_gtid != "No"; }
    bool operator==(const ReplicationStatus&) const = default;
};

/// Reads the row of `channel` (empty: the default one; case doesn't matter) by column name, in the spelling of any
/// server.
ReplicationStatus read_replication_status(const Rows& rows, std::string_view channel = {});

/// Asks the server about the connection's channel. Needs SLAVE MONITOR on MariaDB, REPLICATION CLIENT on MySQL.
Result<ReplicationStatus> replication_status(Connection& connection, Time deadline);

}  // namespace mmm::net::mysql
