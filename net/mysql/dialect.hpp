#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

// Which words a server wants. Everything here is pure text; no statement is sent.

namespace mmm::net::mysql {

enum class Family { mariadb, mysql };

/// What a server is. Version 10.11.19 is 101119, 8.4.3 is 80403.
struct Server {
    Family family = Family::mariadb;
    int version = 0;

    [[nodiscard]] bool is_mariadb() const { return family == Family::mariadb; }
    /// For messages: "MariaDB 10.11.19".
    [[nodiscard]] std::string text() const;
    bool operator==(const Server&) const = default;
};

/// Reads `@@version` ("10.11.19-MariaDB-log", "8.0.36-28") and `@@version_comment`. Nothing if there is no version.
std::optional<Server> parse_server(std::string_view version, std::string_view comment);

/// `text` as a string literal for a session whose sql_mode is empty (Connection sees to that).
std::string quote(std::string_view text);

/// All replication channels, one a row.
std::string show_replica_status(const Server& server);
std::string start_replication(const Server& server);
std::string stop_replication(const Server& server);
std::string stop_io_thread(const Server& server);
std::string start_io_thread(const Server& server);
std::string start_sql_thread(const Server& server);
/// Throws the relay log away; the source and how to log in there stay. Both threads have to be stopped.
std::string reset_relay_log(const Server& server);

/// From which position a MariaDB replica asks its source. MySQL always positions itself by its executed set.
enum class GtidStart {
    slave_pos,    ///< what was replicated; for plain replicas
    current_pos,  ///< what was replicated or written here; a diverged former writer is then refused (error 1236)
};

/// A replication source and how to log in there.
struct Source {
    std::string host;  ///< numeric address
    std::uint16_t port = 3306;
    std::string user;
    std::string password;
    GtidStart start = GtidStart::slave_pos;
};

/// Points replication at `source` by GTID. The text holds the password: it must never be logged.
std::string change_source(const Server& server, const Source& source);

/// One row: read_only, and super_read_only where the server has it.
std::string select_read_only(const Server& server);
/// One row: read_only, server_id, uptime (s) and the GTID state: gtid_binlog_pos, gtid_slave_pos, gtid_binlog_state,
/// gtid_current_pos; or super_read_only, server_uuid, gtid_executed.
std::string select_server_view(const Server& server);
/// One row: `position`, all that this server has applied or written itself.
std::string select_position(const Server& server);

std::string set_read_only(const Server& server);
/// read_only=0, but only if the server executes it within `left` of the server's own time `since` (as SYSDATE(6) gave
/// it): a server frozen meanwhile, which runs the statement when it thaws, stays read-only.
std::string set_writable_if_in_time(std::string_view since, Duration left);

/// All sessions: id, user, host, command, time (s), state, info (the statement's first 64 characters).
std::string select_sessions(const Server& server);
/// One row: `connected`, the number of sessions.
std::string select_session_count(const Server& server);
/// All sessions that our user may see: id, user and more. Slower than select_sessions(), but no server can do without.
std::string show_sessions();
std::string kill_connection(std::uint64_t id);
/// Every transaction of the GTID set `wanted` is in the set `have`; MySQL only. One row: `subset`.
std::string select_gtid_subset(std::string_view wanted, std::string_view have);

}  // namespace mmm::net::mysql
