#include "net/mysql/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mmm::net::mysql {

namespace {

bool contains_word(std::string_view text, std::string_view lower_word) {
    const auto found =
        std::search(text.begin(), text.end(), lower_word.begin(), lower_word.end(), [](char letter, char wanted) {
            return (letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter) == wanted;
        });
    return found != text.end();
}

/// SHOW, START and STOP REPLICA came with MySQL 8.0.22; 8.4 dropped SLAVE.
std::string_view replica_word(const Server& server) {
    return !server.is_mariadb() && server.version >= 80022 ? "REPLICA" : "SLAVE";
}

/// `verb` for one channel: MariaDB has its name before the thread's, MySQL at the end.
std::string by_channel(const Server& server, std::string_view verb, std::string_view thread, std::string_view channel) {
    std::string sql = fmt::format("{} {}", verb, replica_word(server));
    if (server.is_mariadb() && !channel.empty()) sql += " " + quote(channel);
    if (!thread.empty()) sql += fmt::format(" {}", thread);
    if (!server.is_mariadb()) sql += " FOR CHANNEL " + quote(channel);
    return sql;
}

std::string change_master(std::string_view channel) {
    return channel.empty() ? "CHANGE MASTER TO " : "CHANGE MASTER " + quote(channel) + " TO ";
}

std::string heartbeat(std::string_view word, std::string_view period) {
    return period.empty() ? "" : fmt::format(", {}_HEARTBEAT_PERIOD={}", word, period);
}

/// ", SOURCE_SSL=1" and what belongs to it.
std::string tls(const Server& server, std::string_view word, const Source& source) {
    std::string sql;
    const auto set = [&](std::string_view option, std::string_view value) {
        sql += fmt::format(", {}_{}={}", word, option, value);
    };
    switch (source.tls) {
        case TlsMode::off:
            set("SSL", "0");
            break;
        case TlsMode::preferred:
            if (!server.is_mariadb() && !source.channel_has_tls && source.takes_part_in_tls) set("SSL", "1");
            break;
        case TlsMode::required:
            if (source.channel_has_tls) break;
            set("SSL", "1");
            // MariaDB 11.4 and later would check by default.
            set("SSL_VERIFY_SERVER_CERT", "0");
            break;
        case TlsMode::verify:
            set("SSL", "1");
            set("SSL_CA", quote(source.ca_file));
            set("SSL_VERIFY_SERVER_CERT", "1");
            break;
    }
    return sql;
}

/// information_schema.PROCESSLIST takes a lock on each session in MySQL; the new table came with 8.0.22.
std::string_view processlist(const Server& server) {
    const bool new_table = !server.is_mariadb() && server.version >= 80022;
    return new_table ? "performance_schema.processlist" : "information_schema.PROCESSLIST";
}

std::string_view start_word(GtidStart start) {
    return start == GtidStart::current_pos ? "current_pos" : "slave_pos";
}

}  // namespace

std::string Server::text() const {
    return fmt::format("{} {}.{}.{}", is_mariadb() ? "MariaDB" : "MySQL", version / 10000, version / 100 % 100,
                       version % 100);
}

std::optional<Server> parse_server(std::string_view version, std::string_view comment) {
    int numbers[3] = {0, 0, 0};
    const char* at = version.data();
    const char* const end = at + version.size();
    for (int part = 0; part < 3; ++part) {
        const auto [rest, error] = std::from_chars(at, end, numbers[part]);
        if (error != std::errc() || numbers[part] < 0 || numbers[part] > 99) return std::nullopt;
        at = rest;
        if (part < 2 && (at == end || *at++ != '.')) return std::nullopt;
    }
    const bool mariadb = contains_word(version, "mariadb") || contains_word(comment, "mariadb");
    return Server{mariadb ? Family::mariadb : Family::mysql, numbers[0] * 10000 + numbers[1] * 100 + numbers[2]};
}

std::string quote(std::string_view text) {
    std::string result = "'";
    for (const char letter : text) {
        if (letter == '\0') {
            result += "\\0";
            continue;
        }
        if (letter == '\'' || letter == '\\') result += letter;
        result += letter;
    }
    return result + "'";
}

std::string show_replica_status(const Server& server) {
    if (server.is_mariadb()) return "SHOW ALL SLAVES STATUS";
    return fmt::format("SHOW {} STATUS", replica_word(server));
}

std::string start_replication(const Server& server, std::string_view channel) {
    return by_channel(server, "START", "", channel);
}

std::string stop_replication(const Server& server, std::string_view channel) {
    return by_channel(server, "STOP", "", channel);
}

std::string stop_io_thread(const Server& server, std::string_view channel) {
    return by_channel(server, "STOP", "IO_THREAD", channel);
}

std::string start_io_thread(const Server& server, std::string_view channel) {
    return by_channel(server, "START", "IO_THREAD", channel);
}

std::string start_sql_thread(const Server& server, std::string_view channel) {
    return by_channel(server, "START", "SQL_THREAD", channel);
}

std::string reset_relay_log(const Server& server, std::string_view channel) {
    return by_channel(server, "RESET", "", channel);
}

std::string change_source(const Server& server, std::string_view channel, const Source& source) {
    // The default, one attempt a minute, would leave a replica behind for a minute after each of its source's restarts.
    constexpr int kRetrySeconds = 5;
    constexpr int kRetryCount = 86400;  // MySQL 8.4 gives up after 10 by default
    const bool new_words = !server.is_mariadb() && server.version >= 80023;
    const std::string_view word = new_words ? "SOURCE" : "MASTER";
    std::string sql =
        fmt::format("{}_HOST={}, {}_PORT={}, {}_USER={}, {}_PASSWORD={}, {}_CONNECT_RETRY={}", word, quote(source.host),
                    word, source.port, word, quote(source.user), word, quote(source.password), word, kRetrySeconds);
    sql += heartbeat(word, source.heartbeat_period) + tls(server, word, source);
    if (server.is_mariadb())
        return fmt::format("{}{}, MASTER_USE_GTID={}", change_master(channel), sql, start_word(source.start));
    sql.insert(0, new_words ? "CHANGE REPLICATION SOURCE TO " : "CHANGE MASTER TO ");
    sql += fmt::format(", {}_RETRY_COUNT={}, {}_AUTO_POSITION=1", word, kRetryCount, word);
    // What caching_sha2_password needs without TLS.
    if (server.version >= 80004) sql += fmt::format(", GET_{}_PUBLIC_KEY={}", word, source.get_public_key ? 1 : 0);
    return sql + " FOR CHANNEL " + quote(channel);
}

std::string follow_relay_log(std::string_view channel, std::string_view file, std::int64_t position,
                             std::string_view heartbeat_period) {
    return fmt::format("{}MASTER_USE_GTID=no, RELAY_LOG_FILE={}, RELAY_LOG_POS={}{}", change_master(channel),
                       quote(file), position, heartbeat("MASTER", heartbeat_period));
}

std::string follow_gtid(std::string_view channel, GtidStart start, std::string_view heartbeat_period) {
    return fmt::format("{}MASTER_USE_GTID={}{}", change_master(channel), start_word(start),
                       heartbeat("MASTER", heartbeat_period));
}

std::string select_heartbeat_period(std::string_view channel) {
    return "SELECT HEARTBEAT_INTERVAL AS period FROM performance_schema.replication_connection_configuration "
           "WHERE CHANNEL_NAME=" +
           quote(channel);
}

std::string select_history(const Server& server) {
    if (!server.is_mariadb()) return "SELECT @@global.gtid_executed AS history, @@global.server_uuid AS server_uuid";
    return "SELECT @@global.gtid_binlog_state AS history, @@global.gtid_slave_pos AS applied, "
           "@@global.gtid_current_pos AS position, @@global.server_id AS server_id";
}

std::string show_binary_logs() {
    return "SHOW BINARY LOGS";
}

std::string show_binlog_events(std::string_view file, std::uint64_t from, std::size_t count) {
    return fmt::format("SHOW BINLOG EVENTS IN {} FROM {} LIMIT {}", quote(file), from, count);
}

std::string show_settings() {
    return "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_format', 'log_bin', 'log_slave_updates', "
           "'log_replica_updates', 'gtid_strict_mode', 'gtid_mode', 'enforce_gtid_consistency', 'skip_slave_start', "
           "'skip_replica_start')";
}

std::string show_semi_sync_settings() {
    return "SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync%'";
}

std::string show_semi_sync_status() {
    return "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync%'";
}

std::string select_semi_sync_wait(const Server& server) {
    // "... from slave" on MariaDB and older MySQL, "... from replica" on newer.
    return fmt::format("SELECT MAX(TIME) AS oldest FROM {} WHERE STATE LIKE 'Waiting for semi-sync ACK from %'",
                       processlist(server));
}

std::string select_senders(const Server& server) {
    return fmt::format("SELECT ID AS id FROM {} WHERE COMMAND LIKE 'Binlog Dump%'", processlist(server));
}

std::string end_semi_sync(std::string_view setting) {
    return fmt::format("SET GLOBAL {}=0", setting);
}

std::string select_read_only(const Server& server) {
    if (server.is_mariadb()) return "SELECT @@global.read_only AS read_only";
    return "SELECT @@global.read_only AS read_only, @@global.super_read_only AS super_read_only";
}

std::string select_server_view(const Server& server) {
    if (server.is_mariadb()) {
        return "SELECT @@global.read_only AS read_only, @@global.server_id AS server_id, "
               "@@global.gtid_binlog_pos AS gtid_binlog_pos, @@global.gtid_slave_pos AS gtid_slave_pos, "
               "@@global.gtid_binlog_state AS gtid_binlog_state, @@global.gtid_current_pos AS gtid_current_pos, "
               "@@global.log_bin AS log_bin, @@global.log_slave_updates AS log_slave_updates, "
               "@@global.event_scheduler AS events, "
               "(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='UPTIME') AS uptime";
    }
    return "SELECT @@global.read_only AS read_only, @@global.super_read_only AS super_read_only, "
           "@@global.server_id AS server_id, @@global.server_uuid AS server_uuid, "
           "@@global.gtid_executed AS gtid_executed, @@global.gtid_mode AS gtid_mode, @@global.event_scheduler AS "
           "events, "
           "(SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME='Uptime') AS uptime";
}

std::string select_position(const Server& server) {
    return server.is_mariadb() ? "SELECT @@global.gtid_current_pos AS position"
                               : "SELECT @@global.gtid_executed AS position";
}

std::string set_read_only(const Server& server) {
    return server.is_mariadb() ? "SET GLOBAL read_only=1" : "SET GLOBAL super_read_only=1";
}

std::optional<std::string> select_privileged_accounts(const Server& server) {
    if (!server.is_mariadb()) return std::nullopt;
    // READ_ONLY ADMIN is a bit of its own since 10.5.2; until 10.11 SUPER had it too.
    constexpr std::uint64_t kReadOnlyAdmin = 1ULL << 33U;
    constexpr std::uint64_t kSuper = 1ULL << 15U;
    const std::uint64_t rights = server.version >= 101100 ? kReadOnlyAdmin : kReadOnlyAdmin | kSuper;
    return fmt::format(
        "SELECT User AS user, Host AS host FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.access') & {} <> 0",
        rights);
}

std::string set_event_scheduler(bool on) {
    return on ? "SET GLOBAL event_scheduler=ON" : "SET GLOBAL event_scheduler=OFF";
}

std::string set_writable_if_in_time(std::string_view since, Duration left) {
    // On MySQL this clears super_read_only too. SYSDATE() is the moment of execution, NOW() would be the arrival's.
    return fmt::format("SET GLOBAL read_only=IF(SYSDATE(6) < TIMESTAMP({}) + INTERVAL {} MICROSECOND, 0, 1)",
                       quote(since), std::chrono::microseconds(left).count());
}

std::string select_sessions(const Server& server) {
    return fmt::format(
        "SELECT ID AS id, USER AS user, HOST AS host, COMMAND AS command, TIME AS time, STATE AS state, "
        "LEFT(INFO, 64) AS info FROM {}",
        processlist(server));
}

std::string select_session_count(const Server& server) {
    return fmt::format("SELECT VARIABLE_VALUE AS connected FROM {} WHERE VARIABLE_NAME='Threads_connected'",
                       server.is_mariadb() ? "information_schema.GLOBAL_STATUS" : "performance_schema.global_status");
}

std::string show_sessions() {
    return "SHOW PROCESSLIST";
}

std::string kill_connection(std::uint64_t id) {
    return fmt::format("KILL CONNECTION {}", id);
}

std::string select_right_to_end_sessions() {
    return "SELECT COUNT(*) AS granted FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE IN "
           "('CONNECTION_ADMIN', 'SUPER') AND GRANTEE=CONCAT('\\'', REPLACE(CURRENT_USER(), '@', '\\'@\\''), '\\'')";
}

std::string select_gtid_subset(std::string_view wanted, std::string_view have) {
    return fmt::format("SELECT GTID_SUBSET({}, {}) AS subset", quote(wanted), quote(have));
}

}  // namespace mmm::net::mysql
