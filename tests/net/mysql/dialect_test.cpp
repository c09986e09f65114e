#include "net/mysql/dialect.hpp"

#include <catch2/catch.hpp>

#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

constexpr Server kMaria{Family::mariadb, 101119};
constexpr Server kOld{Family::mysql, 50744};
constexpr Server kMid{Family::mysql, 80022};
constexpr Server kNew{Family::mysql, 90704};

}  // namespace

TEST_CASE("a server is known by its version and comment") {
    struct {
        const char* version;
        const char* comment;
        std::optional<Server> expected;
        const char* text;
    } const cases[] = {
        {"10.11.19-MariaDB-0+deb12u1-log", "Debian 12", kMaria, "MariaDB 10.11.19"},
        {"11.8.6", "mariadb.org binary distribution", Server{Family::mariadb, 110806}, "MariaDB 11.8.6"},
        {"8.4.3", "MySQL Community Server - GPL", Server{Family::mysql, 80403}, "MySQL 8.4.3"},
        {"8.0.36-28", "Percona Server (GPL)", Server{Family::mysql, 80036}, "MySQL 8.0.36"},
        {"9.7.4", "", kNew, "MySQL 9.7.4"},
        {"", "", std::nullopt, ""},
        {"10.11", "", std::nullopt, ""},
        {"ten.11.2", "", std::nullopt, ""},
        {"10.11.100", "", std::nullopt, ""},
        {"10.-1.1", "", std::nullopt, ""},
    };
    for (const auto& each : cases) {
        INFO(each.version);
        const auto server = parse_server(each.version, each.comment);
        CHECK(server == each.expected);
        if (server) CHECK(server->text() == each.text);
    }
}

TEST_CASE("replication is shown and driven in the server's own words, one channel at a time") {
    struct {
        Server server;
        const char* show;
        const char* start;
        const char* stop_io;
        const char* stop_named;
    } const cases[] = {
        {kMaria, "SHOW ALL SLAVES STATUS", "START SLAVE", "STOP SLAVE IO_THREAD", "STOP SLAVE 'mmm'"},
        {kOld, "SHOW SLAVE STATUS", "START SLAVE FOR CHANNEL ''", "STOP SLAVE IO_THREAD FOR CHANNEL ''",
         "STOP SLAVE FOR CHANNEL 'mmm'"},
        {kMid, "SHOW REPLICA STATUS", "START REPLICA FOR CHANNEL ''", "STOP REPLICA IO_THREAD FOR CHANNEL ''",
         "STOP REPLICA FOR CHANNEL 'mmm'"},
        {kNew, "SHOW REPLICA STATUS", "START REPLICA FOR CHANNEL ''", "STOP REPLICA IO_THREAD FOR CHANNEL ''",
         "STOP REPLICA FOR CHANNEL 'mmm'"},
    };
    for (const auto& each : cases) {
        INFO(each.server.text());
        CHECK(show_replica_status(each.server) == each.show);
        CHECK(start_replication(each.server, "") == each.start);
        CHECK(stop_io_thread(each.server, "") == each.stop_io);
        CHECK(stop_replication(each.server, "mmm") == each.stop_named);
    }
}

TEST_CASE("changing the source keeps GTID and names it in the server's own words") {
    Source source{"192.168.10.11", 3306, "replication", "it's", GtidStart::slave_pos};
    CHECK(change_source(kMaria, "", source) ==
          "CHANGE MASTER TO MASTER_HOST='192.168.10.11', MASTER_PORT=3306, MASTER_USER='replication', "
          "MASTER_PASSWORD='it''s', MASTER_CONNECT_RETRY=5, MASTER_USE_GTID=slave_pos");
    CHECK(change_source(kNew, "", source) ==
          "CHANGE REPLICATION SOURCE TO SOURCE_HOST='192.168.10.11', SOURCE_PORT=3306, SOURCE_USER='replication', "
          "SOURCE_PASSWORD='it''s', SOURCE_CONNECT_RETRY=5, SOURCE_RETRY_COUNT=86400, SOURCE_AUTO_POSITION=1, "
          "GET_SOURCE_PUBLIC_KEY=0 FOR CHANNEL ''");
    CHECK(change_source(kMid, "", source).find("CHANGE MASTER TO MASTER_HOST=") == 0);
    CHECK(change_source(kMid, "", source).find("MASTER_AUTO_POSITION=1, GET_MASTER_PUBLIC_KEY=0") != std::string::npos);
    CHECK(change_source(kOld, "", source).find("PUBLIC_KEY") == std::string::npos);
    source.start = GtidStart::current_pos;
    source.heartbeat_period = "2.500";
    CHECK(change_source(kMaria, "mmm", source) ==
          "CHANGE MASTER 'mmm' TO MASTER_HOST='192.168.10.11', MASTER_PORT=3306, MASTER_USER='replication', "
          "MASTER_PASSWORD='it''s', MASTER_CONNECT_RETRY=5, MASTER_HEARTBEAT_PERIOD=2.500, "
          "MASTER_USE_GTID=current_pos");
    CHECK(change_source(kNew, "mmm", source).find("SOURCE_HEARTBEAT_PERIOD=2.500, ") != std::string::npos);
    CHECK(follow_relay_log("mmm", "relay.7", 4, "2.500") ==
          "CHANGE MASTER 'mmm' TO MASTER_USE_GTID=no, RELAY_LOG_FILE='relay.7', RELAY_LOG_POS=4, "
          "MASTER_HEARTBEAT_PERIOD=2.500");
    CHECK(follow_gtid("", GtidStart::slave_pos, "") == "CHANGE MASTER TO MASTER_USE_GTID=slave_pos");
}

TEST_CASE("a new source gets TLS as its host wants it, and the server's key is trusted only where that is said") {
    const struct {
        Server server;
        TlsMode tls;
        bool channel_has_tls;
        bool takes_part;
        bool get_public_key;
        std::string named;  ///< of all that is about TLS
    } cases[] = {
        {kMaria, TlsMode::preferred, false, true, false, ""},
        {kMaria, TlsMode::off, true, true, false, "MASTER_SSL=0"},
        {kMaria, TlsMode::required, false, true, false, "MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=0"},
        {kMaria, TlsMode::required, true, true, false, ""},
        {kMaria, TlsMode::verify, true, true, false,
         "MASTER_SSL=1, MASTER_SSL_CA='/etc/mmm/it''s.pem', MASTER_SSL_VERIFY_SERVER_CERT=1"},
        {kOld, TlsMode::preferred, false, true, false, "MASTER_SSL=1"},
        {kNew, TlsMode::preferred, false, true, false, "SOURCE_SSL=1, GET_SOURCE_PUBLIC_KEY=0"},
        {kNew, TlsMode::preferred, false, false, true, "GET_SOURCE_PUBLIC_KEY=1"},
        {kNew, TlsMode::preferred, true, true, false, "GET_SOURCE_PUBLIC_KEY=0"},
        {kNew, TlsMode::off, true, true, true, "SOURCE_SSL=0, GET_SOURCE_PUBLIC_KEY=1"},
        {kNew, TlsMode::required, false, true, false,
         "SOURCE_SSL=1, SOURCE_SSL_VERIFY_SERVER_CERT=0, GET_SOURCE_PUBLIC_KEY=0"},
        {kNew, TlsMode::verify, false, true, false,
         "SOURCE_SSL=1, SOURCE_SSL_CA='/etc/mmm/it''s.pem', SOURCE_SSL_VERIFY_SERVER_CERT=1, "
         "GET_SOURCE_PUBLIC_KEY=0"},
    };
    for (const auto& each : cases) {
        INFO(each.server.text() << " " << each.named);
        Source source{"192.168.10.11", 3306, "replication", "secret", GtidStart::slave_pos};
        source.tls = each.tls;
        source.ca_file = "/etc/mmm/it's.pem";
        source.channel_has_tls = each.channel_has_tls;
        source.takes_part_in_tls = each.takes_part;
        source.get_public_key = each.get_public_key;
        std::string sql = change_source(each.server, "", source);
        std::string named;
        sql = sql.substr(0, sql.find(" FOR CHANNEL"));
        for (std::size_t at = 0; at != std::string::npos;) {
            const auto end = sql.find(", ", at);
            const std::string option = sql.substr(at, end == std::string::npos ? end : end - at);
            if (option.find("_SSL") != std::string::npos || option.find("_KEY=") != std::string::npos)
                named += (named.empty() ? "" : ", ") + option;
            at = end == std::string::npos ? end : end + 2;
        }
        CHECK(named == each.named);
    }
}

TEST_CASE("super_read_only is set and read only where the server has it") {
    CHECK(set_read_only(kMaria) == "SET GLOBAL read_only=1");
    CHECK(set_read_only(kNew) == "SET GLOBAL super_read_only=1");
    CHECK(select_read_only(kMaria).find("super") == std::string::npos);
    CHECK(select_read_only(kNew).find("@@global.super_read_only") != std::string::npos);
}

TEST_CASE("making writable carries its own deadline in the server's time") {
    CHECK(set_writable_if_in_time("2026-11-22 12:00:00.500000", 1500ms) ==
          "SET GLOBAL read_only=IF(SYSDATE(6) < TIMESTAMP('2026-11-22 12:00:00.500000') + "
          "INTERVAL 1500000 MICROSECOND, 0, 1)");
}

TEST_CASE("sessions come from the table that the server has") {
    CHECK(select_sessions(kMaria).find("FROM information_schema.PROCESSLIST") != std::string::npos);
    CHECK(select_sessions(kOld).find("FROM information_schema.PROCESSLIST") != std::string::npos);
    CHECK(select_sessions(kNew).find("FROM performance_schema.processlist") != std::string::npos);
}

TEST_CASE("a quoted text arrives at the server as it was") {
    using namespace std::string_literals;
    Connection connection;
    open(connection, pair_of_servers().source.endpoint("app"));
    for (const std::string& text : {""s, "plain"s, "it's"s, "\\"s, "\\'"s, "'; DROP TABLE t; -- "s, "\"double\""s,
                                    "a\0b\nc\x1a"s, "\xc3\xa9\xe2\x82\xac"s, "%_"s}) {
        INFO(text);
        const auto rows = connection.query("SELECT " + quote(text), in(5s));
        REQUIRE(rows);
        CHECK(rows->values[0][0] == text);
    }
}
