#include <catch2/catch.hpp>
#include <thread>

#include "core/model/gtid.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/catch_up.hpp"
#include "net/mysql/drain.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/repoint.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

constexpr const char* kInsert = "INSERT INTO test.t (x) VALUES (1)";

/// A session of the agent's on the shared replica, which runs in step again when the test ends.
struct ReplicaAgent : Connection {
    ReplicaAgent() { mysql::open(*this, pair_of_servers().replica.endpoint("agent")); }
    ~ReplicaAgent() {
        Pair& servers = pair_of_servers();
        servers.replica.run("STOP SLAVE");
        servers.replica.replicate_from(servers.source);
        servers.in_step();
    }
};

std::string rows_in(TestServer& server) {
    return *server.run("SELECT COUNT(*) FROM test.t").values[0][0];
}

/// Waits until the replica has received what the source has written.
void receive_all(TestServer& replica, TestServer& source) {
    Connection agent;
    open(agent, replica.endpoint("agent"));
    const auto position = *source.run("SELECT @@global.gtid_binlog_pos").values[0][0];
    const auto received = wait_until_received(agent, position, in(10s));
    if (!received) FAIL(received.error().message);
}

}  // namespace

TEST_CASE("the threads are stopped and started, each read back") {
    ReplicaAgent agent;
    auto status = stop_io_thread(agent, in(5s));
    REQUIRE(status);
    CHECK(status->io_stopped());
    CHECK(status->sql_running);
    status = stop_replication(agent, in(5s));
    REQUIRE(status);
    CHECK_FALSE(status->sql_running);
    CHECK(stop_replication(agent, in(5s)));
    status = start_replication(agent, in(5s));
    REQUIRE(status);
    CHECK(status->threads_run());
    CHECK(start_replication(agent, in(5s)));

    Connection source;
    open(source, pair_of_servers().source.endpoint("agent"));
    CHECK(start_replication(source, in(5s)).error().code == Code::invalid);
}

TEST_CASE("draining says what is left at its deadline, then finishes; the I/O thread stays stopped") {
    Pair& servers = pair_of_servers();
    ReplicaAgent agent;
    Connection app;
    open(app, servers.replica.endpoint("app"));
    REQUIRE(app.query("LOCK TABLES test.t READ", in(5s)));
    servers.source.run(kInsert);
    servers.source.run(kInsert);
    receive_all(servers.replica, servers.source);

    std::string told;
    Time start = boot_now();
    auto drained = drain(agent, start + 1300ms, [&](const Drained& so_far) { told = so_far.left; });
    CHECK(boot_now() - start < 1600ms);
    REQUIRE(drained);
    CHECK_FALSE(drained->complete);
    CHECK(drained->left.find("0-1-") == 0);
    CHECK(told == drained->left);

    REQUIRE(app.query("UNLOCK TABLES", in(5s)));
    drained = drain(agent, in(5s));
    REQUIRE(drained);
    CHECK(drained->complete);
    CHECK(drained->received == drained->applied);
    CHECK(replication_status(agent, in(5s))->io_stopped());
    CHECK(rows_in(servers.replica) == rows_in(servers.source));

    start = boot_now();
    CHECK(drain(agent, in(5s))->complete);
    CHECK(boot_now() - start < 100ms);
}

TEST_CASE("draining starts a SQL thread that was stopped by hand") {
    Pair& servers = pair_of_servers();
    ReplicaAgent agent;
    servers.replica.run("STOP SLAVE SQL_THREAD");
    servers.source.run(kInsert);
    receive_all(servers.replica, servers.source);
    const auto drained = drain(agent, in(5s));
    REQUIRE(drained);
    CHECK(drained->complete);
    CHECK(rows_in(servers.replica) == rows_in(servers.source));
}

TEST_CASE("draining a stopped replica of a dead source applies its relay log instead of losing it") {
    TestServer source(11);
    TestServer replica(12);
    replica.replicate_from(source);
    source.run(kInsert);
    receive_all(replica, source);
    replica.await("SELECT COUNT(*) FROM test.t", "1");
    replica.run("STOP SLAVE SQL_THREAD");
    source.run(kInsert);
    source.run(kInsert);
    receive_all(replica, source);
    replica.run("STOP SLAVE IO_THREAD");
    source.kill();

    Connection agent;
    open(agent, replica.endpoint("agent"));
    const auto drained = drain(agent, in(5s));
    if (!drained) FAIL(drained.error().message);
    CHECK(drained->complete);
    CHECK(drained->received.find("-11-") != std::string::npos);
    CHECK(rows_in(replica) == "3");
    CHECK(replication_status(agent, in(5s))->using_gtid == "Slave_Pos");

    // After a restart with transactions in the relay log, nobody can tell any more.
    source.start();
    replica.run("START SLAVE");
    replica.run("STOP SLAVE SQL_THREAD");
    source.run(kInsert);
    receive_all(replica, source);
    replica.kill();
    replica.start();
    open(agent, replica.endpoint("agent"));
    const auto unknown = drain(agent, in(5s));
    REQUIRE(unknown);
    CHECK_FALSE(unknown->complete);
    CHECK(unknown->unknown);
    CHECK(unknown->left.find("restart") != std::string::npos);
}

TEST_CASE("draining refuses when the SQL thread died of an error, and says of which") {
    Pair& servers = pair_of_servers();
    ReplicaAgent agent;
    servers.in_step();
    servers.replica.run("SET SESSION sql_log_bin=0");
    servers.replica.run("INSERT INTO test.t (id, x) VALUES (999, 1)");
    servers.source.run("INSERT INTO test.t (id, x) VALUES (999, 1)");
    receive_all(servers.replica, servers.source);
    servers.replica.await(
        "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='SLAVES_RUNNING'", "0");
    const auto drained = drain(agent, in(5s));
    REQUIRE_FALSE(drained);
    CHECK(drained.error().code == Code::refused);
    CHECK(drained.error().message.find("1062") != std::string::npos);
    CHECK(drained.error().message.find("left to apply: 0-1-") != std::string::npos);
    servers.replica.run("DELETE FROM test.t WHERE id=999");
    servers.replica.run("SET SESSION sql_log_bin=1");
}

TEST_CASE("a replica by file and position is drained when its SQL thread waits at the end") {
    Pair& servers = pair_of_servers();
    ReplicaAgent agent;
    servers.in_step();
    servers.replica.run("STOP SLAVE");
    const Rows where = servers.source.run("SHOW MASTER STATUS");
    servers.replica.run("CHANGE MASTER TO MASTER_USE_GTID=no, MASTER_LOG_FILE=" + quote(*where.values[0][0]) +
                        ", MASTER_LOG_POS=" + *where.values[0][1]);
    servers.replica.run("START SLAVE");
    servers.source.run(kInsert);
    servers.replica.await("SELECT COUNT(*) FROM test.t", rows_in(servers.source));
    Connection app;
    open(app, servers.replica.endpoint("app"));
    REQUIRE(app.query("LOCK TABLES test.t READ", in(5s)));
    servers.source.run(kInsert);
    const Rows end = servers.source.run("SHOW MASTER STATUS");
    for (int look = 0; look < 500; ++look) {
        if (std::to_string(replication_status(agent, in(5s))->source_log_position) == end.values[0][1]) break;
        REQUIRE(agent.pause(10ms, in(5s)));
    }
    auto drained = drain(agent, in(200ms));
    REQUIRE(drained);
    CHECK_FALSE(drained->complete);
    REQUIRE(app.query("UNLOCK TABLES", in(5s)));
    drained = drain(agent, in(5s));
    REQUIRE(drained);
    CHECK(drained->complete);
    CHECK(rows_in(servers.replica) == rows_in(servers.source));
}

TEST_CASE("waiting for a position ends when it is applied, and otherwise says what is missing") {
    Pair& servers = pair_of_servers();
    ReplicaAgent agent;
    std::thread writer([&] {
        Connection app;
        open(app, servers.source.endpoint("app"));
        std::this_thread::sleep_for(50ms);
        static_cast<void>(app.query(kInsert, in(5s)));
    });
    const auto before = GtidSet::parse(*servers.source.run("SELECT @@global.gtid_binlog_pos").values[0][0]);
    const std::uint64_t next = before->intervals().begin()->second.back().last + 1;
    const auto reached = wait_for_gtid(agent, "0-1-" + std::to_string(next), in(5s));
    writer.join();
    REQUIRE(reached);
    CHECK(*reached == "0-1-" + std::to_string(next));

    const std::string beyond = "0-1-" + std::to_string(next + 100);
    const Time start = boot_now();
    const auto late = wait_for_gtid(agent, beyond, start + 150ms);
    CHECK(boot_now() - start < 300ms);
    CHECK(late.error().code == Code::timeout);
    CHECK(late.error().message.find(beyond) != std::string::npos);
    CHECK(wait_until_received(agent, beyond, in(150ms)).error().code == Code::timeout);
    CHECK(agent.connected());

    CHECK(wait_for_gtid(agent, "no position", in(5s)).error().code == Code::invalid);
    REQUIRE(stop_replication(agent, in(5s)));
    CHECK(wait_for_gtid(agent, beyond, in(5s)).error().code == Code::refused);
    CHECK(wait_until_received(agent, beyond, in(5s)).error().code == Code::refused);
    CHECK(wait_for_gtid(agent, *reached, in(5s)));
}

TEST_CASE("what a server logged itself it has, also when what it applied last has a lower number") {
    TestServer server(14);
    Connection agent;
    open(agent, server.endpoint("agent"));
    CHECK(wait_for_gtid(agent, "0-77-51", in(5s)).error().code == Code::refused);
    server.run("SET GLOBAL gtid_strict_mode=0");
    for (const auto& [id, number] : {std::pair{77, 51}, std::pair{14, 5}}) {
        server.run("SET SESSION server_id=" + std::to_string(id));
        server.run("SET SESSION gtid_seq_no=" + std::to_string(number));
        server.run("CREATE DATABASE d" + std::to_string(id));
    }
    REQUIRE(*gtid_position(agent, in(5s)) == "0-14-5");
    CHECK(wait_for_gtid(agent, "0-77-51", in(5s)));
    CHECK(wait_until_received(agent, "0-77-51", in(5s)));
    CHECK(wait_for_gtid(agent, "0-77-52", in(5s)).error().code == Code::refused);
}

TEST_CASE("a replica is pointed at another source by GTID and goes on there; doing it again changes nothing") {
    Pair& servers = pair_of_servers();
    servers.in_step();
    TestServer third(13);
    third.replicate_from(servers.source);
    servers.source.run(kInsert);
    third.await("SELECT COUNT(*) FROM test.t", rows_in(servers.source));

    Connection agent;
    open(agent, third.endpoint("agent"));
    const Source source{"127.0.0.1", servers.replica.port(), "replication", "secret-replication", GtidStart::slave_pos};
    auto repointed = repoint(agent, source, in(5s));
    if (!repointed) FAIL(repointed.error().message);
    CHECK(repointed->changed);
    CHECK(repointed->discarded.empty());
    CHECK(repointed->status.source_port == servers.replica.port());
    CHECK(repointed->status.threads_run());
    servers.source.run(kInsert);
    third.await("SELECT COUNT(*) FROM test.t", rows_in(servers.source));

    repointed = repoint(agent, source, in(5s));
    REQUIRE(repointed);
    CHECK_FALSE(repointed->changed);
    third.run("STOP SLAVE");
    repointed = repoint(agent, source, in(5s));
    REQUIRE(repointed);
    CHECK_FALSE(repointed->changed);
    CHECK(repointed->status.threads_run());

    // What was received and never applied goes with the relay log: the caller is told.
    third.run("STOP SLAVE SQL_THREAD");
    servers.source.run(kInsert);
    receive_all(third, servers.source);
    Source back = source;
    back.port = servers.source.port();
    repointed = repoint(agent, back, in(5s));
    REQUIRE(repointed);
    CHECK(repointed->discarded == *servers.source.run("SELECT @@global.gtid_binlog_pos").values[0][0]);
    third.await("SELECT COUNT(*) FROM test.t", rows_in(servers.source));
}

TEST_CASE("a failure to re-point doesn't show the password") {
    Connection monitor;
    open(monitor, pair_of_servers().source.endpoint("monitor"));
    const Source source{"127.0.0.1", 1, "replication", "secret-replication", GtidStart::slave_pos};
    const auto repointed = repoint(monitor, source, in(5s));
    REQUIRE_FALSE(repointed);
    CHECK(repointed.error().code == Code::permission);
    CHECK(repointed.error().message.find(source.password) == std::string::npos);
}
