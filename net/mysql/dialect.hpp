#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "net/mysql/endpoint.hpp"

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

// Each of these touches one channel (MariaDB: connection) only; the empty name is the default one's. Without a name
// MySQL would start and stop all of them.
std::string start_replication(const Server& server, std::string_view channel);
std::string stop_replication(const Server& server, std::string_view channel);
std::string stop_io_thread(const Server& server, std::string_view channel);
std::string start_io_thread(const Server& server, std::string_view channel);
std::string start_sql_thread(const Server& server, std::string_view channel);
/// Throws the channel's relay log away; the source and how to log in there stay. Both threads have to be stopped.
std::string reset_relay_log(const Server& server, std::string_view channel);

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
    std::string heartbeat_period{};  ///< seconds, as the server shows them; empty: unknown
    TlsMode tls = TlsMode::preferred;
    std::string ca_file{};           ///< for TlsMode::verify: where the replica's server finds it
    bool get_public_key = false;     ///< as in Endpoint; MySQL
    bool channel_has_tls = false;    ///< the channel is set to TLS already, in whatever way
    bool takes_part_in_tls = false;  ///< the source was seen to; MySQL
};

/// Points the channel's replication at `source` by GTID. The text holds the password: it must never be logged.
/// What it doesn't name, the server keeps: delay, filters, ignored servers, and TLS as far as `source.tls` leaves it to
/// the channel. TlsMode::preferred does, but on MySQL, where nothing else is encrypted, TLS is switched on if the
/// source takes part in it; TlsMode::required does if the channel has TLS. The heartbeat period it doesn't keep
/// (MariaDB sets it to half of slave_net_timeout at each CHANGE MASTER, MySQL with each new host or port), so that is
/// named. Measured on MariaDB 10.11.19 and MySQL 9.7.4.
std::string change_source(const Server& server, std::string_view channel, const Source& source);
/// MariaDB: applies the relay log from there, without GTIDs.
std::string follow_relay_log(std::string_view channel, std::string_view file, std::int64_t position,
                             std::string_view heartbeat_period);
/// MariaDB: by GTID (again), from `start`.
std::string follow_gtid(std::string_view channel, GtidStart start, std::string_view heartbeat_period);
/// MySQL: one row, `period`: the channel's heartbeat period in seconds. Needs SELECT on that table.
std::string select_heartbeat_period(std::string_view channel);

/// What a comparison of two servers rests on; one row. MariaDB: `history` (gtid_binlog_state), `applied`
/// (gtid_slave_pos), `position` (gtid_current_pos), `server_id`; MySQL: `history` (gtid_executed), `server_uuid`.
std::string select_history(const Server& server);

/// The files of the binary log, oldest first: Log_name.
std::string show_binary_logs();
/// At most `count` events of one file: Pos, Event_type, End_log_pos, Info. `from` has to be where an event begins; 4 is
/// the first.
std::string show_binlog_events(std::string_view file, std::uint64_t from, std::size_t count);

/// name and value of the settings that replication rests on; those that the server doesn't have are left out.
std::string show_settings();
/// name and value, no row where the server has no semi-synchronous replication.
std::string show_semi_sync_settings();
std::string show_semi_sync_status();
/// One row: `oldest`, for how many seconds the first of the commits that wait for an acknowledgement has waited.
std::string select_semi_sync_wait(const Server& server);
/// Sessions by which replicas receive from this server: id.
std::string select_senders(const Server& server);
/// `setting` is the name that the server has for it, as show_semi_sync_settings() gave it.
std::string end_semi_sync(std::string_view setting);

/// One row: read_only, and super_read_only where the server has it.
std::string select_read_only(const Server& server);
/// One row: read_only, server_id, uptime (s) and the GTID state: gtid_binlog_pos, gtid_slave_pos, gtid_binlog_state,
/// gtid_current_pos, and whether all of it is in the binary log (log_bin, log_slave_updates); or super_read_only,
/// server_uuid, gtid_executed, gtid_mode.
std::string select_server_view(const Server& server);
/// One row: `position`, all that this server has applied or written itself.
std::string select_position(const Server& server);

std::string set_read_only(const Server& server);
/// The accounts whose sessions may write to a read-only server: user and host pattern. MariaDB; nothing for servers
/// whose super_read_only stops everybody. Rights that come by a role aren't seen.
std::optional<std::string> select_privileged_accounts(const Server& server);
std::string set_event_scheduler(bool on);
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
/// MySQL: does our user have the right to end other users' sessions? One row: `granted`, 0 if not.
std::string select_right_to_end_sessions();
/// Every transaction of the GTID set `wanted` is in the set `have`; MySQL only. One row: `subset`.
std::string select_gtid_subset(std::string_view wanted, std::string_view have);

}  // namespace mmm::net::mysql
