#include "net/mysql/semi_sync.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

Rows rows_of(const Lines& lines) {
    Rows rows{{"Variable_name", "Value"}, {}};
    for (const auto& [name, value] : lines) rows.values.push_back({name, value});
    return rows;
}

/// The source's commits wait for the replica's acknowledgement, ten minutes if need be.
void acknowledge(TestServer& source, TestServer& replica) {
    source.run("SET GLOBAL rpl_semi_sync_master_wait_point=AFTER_SYNC");
    source.run("SET GLOBAL rpl_semi_sync_master_timeout=600000");
    replica.run("SET GLOBAL rpl_semi_sync_slave_enabled=1");
    replica.replicate_from(source);
    source.run("SET GLOBAL rpl_semi_sync_master_enabled=1");
    source.await(
        "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE "
        "VARIABLE_NAME='RPL_SEMI_SYNC_MASTER_CLIENTS'",
        "1");
}

/// Commits a row in a thread of its own, which ends when the commit does.
std::thread insert(TestServer& source, int x) {
    return std::thread([&source, x] {
        Connection app;
        open(app, source.endpoint("app"));
        static_cast<void>(app.query("INSERT INTO test.t (x) VALUES (" + std::to_string(x) + ")", in(20s)));
    });
}

}  // namespace

TEST_CASE("semi-synchronous replication is read in MariaDB's and in MySQL's words") {
    const SemiSync wanted{true, true, true, 2, 1, 3, Duration{0}, 10s, false};
    CHECK(read_semi_sync(rows_of({{"rpl_semi_sync_master_enabled", "ON"},
                                  {"rpl_semi_sync_master_timeout", "10000"},
                                  {"rpl_semi_sync_master_wait_point", "AFTER_SYNC"}}),
                         rows_of({{"Rpl_semi_sync_master_status", "ON"},
                                  {"Rpl_semi_sync_master_clients", "2"},
                                  {"Rpl_semi_sync_master_wait_sessions", "3"},
                                  {"Rpl_semi_sync_slave_status", "OFF"}})) == wanted);
    SemiSync of_mysql = wanted;
    of_mysql.needed = 2;
    of_mysql.acknowledges = true;
    CHECK(read_semi_sync(rows_of({{"rpl_semi_sync_source_enabled", "ON"},
                                  {"rpl_semi_sync_source_timeout", "10000"},
                                  {"rpl_semi_sync_source_wait_for_replica_count", "2"},
                                  {"rpl_semi_sync_source_wait_point", "AFTER_SYNC"}}),
                         rows_of({{"Rpl_semi_sync_source_status", "ON"},
                                  {"Rpl_semi_sync_source_clients", "2"},
                                  {"Rpl_semi_sync_source_wait_sessions", "3"},
                                  {"Rpl_semi_sync_replica_status", "ON"}})) == of_mysql);
    CHECK(read_semi_sync({}, {}) == SemiSync{});
}

TEST_CASE("a commit that waits for an acknowledgement is seen with its age, and ends when semi-sync is switched off",
          "[scenario-47]") {
    TestServer source(31);
    TestServer replica(32);
    Connection agent;
    open(agent, source.endpoint("agent"));
    CHECK(*observe_semi_sync(agent, in(5s)) == SemiSync{});

    acknowledge(source, replica);
    source.run("INSERT INTO test.t (x) VALUES (1)");
    auto seen = observe_semi_sync(agent, in(5s));
    REQUIRE(seen);
    CHECK(*seen == SemiSync{true, true, true, 1, 1, 0, Duration{0}, 600s, false});
    Connection of_replica;
    open(of_replica, replica.endpoint("agent"));
    CHECK(observe_semi_sync(of_replica, in(5s))->acknowledges);

    replica.freeze();
    std::thread client = insert(source, 2);
    const Time start = boot_now();
    while (boot_now() - start < 10s) {
        seen = observe_semi_sync(agent, in(5s));
        if (seen && seen->waiting == 1 && seen->oldest >= 1s) break;
        std::this_thread::sleep_for(50ms);
    }
    REQUIRE(seen);
    CHECK(seen->waiting == 1);
    CHECK(seen->oldest >= 1s);

    CHECK(end_semi_sync(agent, in(5s)).error().code == Code::permission);
    Connection admin;
    open(admin, source.endpoint("admin"));
    CHECK(end_semi_sync(admin, in(5s)));
    client.join();
    CHECK_FALSE(observe_semi_sync(agent, in(5s))->enabled);
    CHECK(*source.run("SELECT COUNT(*) FROM test.t").values[0][0] == "2");
    CHECK(end_semi_sync(admin, in(5s)));
    replica.thaw();
}

TEST_CASE("a commit that waits for a replica that died ends when its connection is ended") {
    TestServer source(31);
    TestServer replica(32);
    acknowledge(source, replica);
    source.run("SET GLOBAL rpl_semi_sync_master_wait_no_slave=0");
    Connection admin;
    open(admin, source.endpoint("admin"));
    CHECK(*end_senders_that_are_waited_for(admin, in(5s)) == 0);
    source.run("INSERT INTO test.t (x) VALUES (1)");

    replica.freeze();
    std::thread client = insert(source, 2);
    const Time start = boot_now();
    int ended = 0;
    while (ended == 0 && boot_now() - start < 10s) {
        ended = end_senders_that_are_waited_for(admin, in(5s)).value_or(-1);
        std::this_thread::sleep_for(20ms);
    }
    CHECK(ended == 1);
    client.join();
    CHECK(boot_now() - start < 10s);
    CHECK(*source.run("SELECT COUNT(*) FROM test.t").values[0][0] == "2");
    replica.thaw();
}
