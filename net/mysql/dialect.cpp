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

std::string start_replication(const Server& server) {
    return fmt::format("START {}", replica_word(server));
}

std::string stop_replication(const Server& server) {
    return fmt::format("STOP {}", replica_word(server));
}

std::string stop_io_thread(const Server& server) {
    return fmt::format("STOP {} IO_THREAD", replica_word(server));
}

std::string start_io_thread(const Server& server) {
    return fmt::format("START {} IO_THREAD", replica_word(server));
}

std::string start_sql_thread(const Server& server) {
    return fmt::format("START {} SQL_THREAD", replica_word(server));
}

std::string reset_relay_log(const Server& server) {
    return fmt::format("RESET {}", replica_word(server));
}

std::string change_source(const Server& server, const Source& source) {
    // The default, one attempt a minute, would leave a replica behind for a minute after each of its source's restarts.
    constexpr int kRetrySeconds = 5;
    constexpr int kRetryCount = 86400;  // MySQL 8.4 gives up after 10 by default
    const bool new_words = !server.is_mariadb() && server.version >= 80023;
    const std::string_view word = new_words ? "SOURCE" : "MASTER";
    std::string sql =
        fmt::format("CHANGE {} TO {}_HOST={}, {}_PORT={}, {}_USER={}, {}_PASSWORD={}, {}_CONNECT_RETRY={}",
                    new_words ? "REPLICATION SOURCE" : "MASTER", word, quote(source.host), word, source.port, word,
                    quote(source.user), word, quote(source.password), word, kRetrySeconds);
    if (server.is_mariadb()) {
        return sql + (source.start == GtidStart::current_pos ? ", MASTER_USE_GTID=current_pos"
                                                             : ", MASTER_USE_GTID=slave_pos");
    }
    sql += fmt::format(", {}_RETRY_COUNT={}, {}_AUTO_POSITION=1", word, kRetryCount, word);
    // caching_sha2_password without TLS needs the source's RSA key.
    if (server.version >= 80004) sql += fmt::format(", GET_{}_PUBLIC_KEY=1", word);
    return sql;
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
               "(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='UPTIME') AS uptime";
    }
    return "SELECT @@global.read_only AS read_only, @@global.super_read_only AS super_read_only, "
           "@@global.server_id AS server_id, @@global.server_uuid AS server_uuid, "
           "@@global.gtid_executed AS gtid_executed, "
           "(SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME='Uptime') AS uptime";
}

std::string select_position(const Server& server) {
    return server.is_mariadb() ? "SELECT @@global.gtid_current_pos AS position"
                               : "SELECT @@global.gtid_executed AS position";
}

std::string set_read_only(const Server& server) {
    return server.is_mariadb() ? "SET GLOBAL read_only=1" : "SET GLOBAL super_read_only=1";
}

std::string set_writable_if_in_time(std::string_view since, Duration left) {
    // On MySQL this clears super_read_only too. SYSDATE() is the moment of execution, NOW() would be the arrival's.
    return fmt::format("SET GLOBAL read_only=IF(SYSDATE(6) < TIMESTAMP({}) + INTERVAL {} MICROSECOND, 0, 1)",
                       quote(since), std::chrono::microseconds(left).count());
}

std::string select_sessions(const Server& server) {
    // information_schema.PROCESSLIST takes a lock on each session in MySQL; the new table came with 8.0.22.
    const bool new_table = !server.is_mariadb() && server.version >= 80022;
    return fmt::format(
        "SELECT ID AS id, USER AS user, HOST AS host, COMMAND AS command, TIME AS time, STATE AS state, "
        "LEFT(INFO, 64) AS info FROM {}",
        new_table ? "performance_schema.processlist" : "information_schema.PROCESSLIST");
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

std::string select_gtid_subset(std::string_view wanted, std::string_view have) {
    return fmt::format("SELECT GTID_SUBSET({}, {}) AS subset", quote(wanted), quote(have));
}

}  // namespace mmm::net::mysql
