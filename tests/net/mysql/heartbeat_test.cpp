#include "net/mysql/heartbeat.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

TEST_CASE("the heartbeat's row grows old on a replica that doesn't apply it, although its server knows of no delay") {
    TestServer source(41);
    TestServer replica(42);
    source.run("CREATE DATABASE mmm");
    source.run("CREATE TABLE mmm.heartbeat (server_id INT UNSIGNED PRIMARY KEY, ts VARCHAR(26) NOT NULL)");
    source.run("GRANT SELECT, INSERT, UPDATE ON mmm.heartbeat TO replication@'%'");
    source.run("GRANT SELECT ON mmm.heartbeat TO monitor@'%'");
    replica.replicate_from(source);
    replica.await("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA='mmm'", "1");

    Connection writer;
    open(writer, source.endpoint("replication"));
    const auto written = beat(writer, "mmm.heartbeat", in(5s));
    if (!written) FAIL(written.error().message);
    REQUIRE(beat(writer, "mmm.heartbeat", in(5s)));
    replica.await("SELECT COUNT(*) FROM mmm.heartbeat WHERE server_id=41", "1");
    Connection monitor;
    open(monitor, replica.endpoint("monitor"));
    auto age = beat_age(monitor, "mmm.heartbeat", 41, in(5s));
    REQUIRE(age);
    CHECK(*age == 0s);
    CHECK(*beat_age(monitor, "mmm.heartbeat", 7, in(5s)) == std::nullopt);

    replica.run("STOP SLAVE SQL_THREAD");
    std::this_thread::sleep_for(2100ms);
    REQUIRE(beat(writer, "mmm.heartbeat", in(5s)));
    age = beat_age(monitor, "mmm.heartbeat", 41, in(5s));
    REQUIRE(age);
    CHECK(**age >= 2s);

    // Of a clock that is ahead.
    replica.run("UPDATE mmm.heartbeat SET ts=UTC_TIMESTAMP(6) + INTERVAL 1 HOUR");
    CHECK(*beat_age(monitor, "mmm.heartbeat", 41, in(5s)) == 0s);

    // Who isn't the writer any more takes no heartbeat: it would be a transaction that nobody else has.
    source.run("SET GLOBAL read_only=1");
    const std::string before = *source.run("SELECT @@global.gtid_binlog_pos").values[0][0];
    CHECK_FALSE(beat(writer, "mmm.heartbeat", in(5s)));
    CHECK(*source.run("SELECT @@global.gtid_binlog_pos").values[0][0] == before);
}
