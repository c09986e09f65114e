// What the other tests show on MariaDB, on MySQL 9: its words, its columns, its rights, its logins, its locks.

#include <algorithm>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "net/host/boot_clock.hpp"
#include "net/mysql/catch_up.hpp"
#include "net/mysql/drain.hpp"
#include "net/mysql/end_abandoned.hpp"
#include "net/mysql/end_clients.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/probe.hpp"
#include "net/mysql/read_only.hpp"
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
    explicit ReplicaAgent(MysqlPair& pair) : servers(pair) { mysql::open(*this, servers.replica.endpoint("agent")); }
    ~ReplicaAgent() {
        servers.replica.run("STOP REPLICA");
        servers.replica.replicate_from(servers.source);
        servers.in_step();
    }
    MysqlPair& servers;
};

std::string rows_in(TestServer& server) {
    return *server.run("SELECT COUNT(*) FROM test.t").values[0][0];
}

void receive_all(MysqlPair& servers) {
    Connection agent;
    open(agent, servers.replica.endpoint("agent"));
    const auto position = *servers.source.run("SELECT @@global.gtid_executed").values[0][0];
    const auto received = wait_until_received(agent, position, in(10s));
    if (!received) FAIL(received.error().message);
}

std::set<std::string> our_users() {
    return {"agent", "monitor", "replication", "admin"};
}

}  // namespace

TEST_CASE("MySQL 9: a server's state is seen in full with the documented rights") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    Connection agent;
    open(agent, servers->replica.endpoint("agent"));
    CHECK(agent.server().version >= 90000);
    const auto view = observe(agent, in(5s));
    if (!view) FAIL(view.error().message);
    CHECK_FALSE(view->server.is_mariadb());
    CHECK(view->server_id == 22);
    CHECK(view->server_uuid.size() == 36);
    CHECK(view->uptime < 1h);
    CHECK(view->replication.threads_run());
    CHECK(view->replication.using_gtid == "Auto_Position");
    CHECK(view->replication.source_port == servers->source.port());
    CHECK(view->replication.seconds_behind == 0);
    CHECK(gtid_position(agent, in(5s)) == view->gtid_executed);
}

TEST_CASE("MySQL 9: the monitor's checks are good, and say what is wrong with replication") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    const ReplicaAgent agent(*servers);
    std::mutex mutex;
    std::condition_variable changed;
    std::map<CheckKind, CheckReport> reports;
    ProbeConfig config{"db2", servers->replica.endpoint("monitor"), {50ms, 2s}, {50ms, 2s}, {50ms, 2s}, 60s};
    const Probe probe(config, [&](CheckReport report) {
        const std::lock_guard lock(mutex);
        const CheckKind kind = report.kind;
        reports[kind] = std::move(report);
        changed.notify_all();
    });
    const auto comes = [&](CheckKind kind, Outcome outcome) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 5s, [&] { return reports.contains(kind) && reports[kind].outcome == outcome; });
    };
    CHECK(comes(CheckKind::mysql, Outcome::ok));
    CHECK(comes(CheckKind::rep_threads, Outcome::ok));
    CHECK(comes(CheckKind::rep_backlog, Outcome::ok));
    servers->replica.run("STOP REPLICA SQL_THREAD");
    CHECK(comes(CheckKind::rep_threads, Outcome::failed_soft));
}

TEST_CASE("MySQL 9: read_only is super_read_only, and is taken off with it") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    Connection agent;
    open(agent, servers->source.endpoint("agent"));
    CHECK(set_read_only(agent, 1s, in(5s)) == ReadOnly{true, true});
    Connection app;
    open(app, servers->source.endpoint("app"));
    CHECK(app.query(kInsert, in(5s)).error().detail == 1290);
    CHECK(set_writable(agent, in(5s)) == ReadOnly{false, false});
    CHECK(app.query("DELETE FROM test.t WHERE id<0", in(5s)));

    Connection monitor;
    open(monitor, servers->source.endpoint("monitor"));
    CHECK(set_read_only(monitor, 1s, in(5s)).error().code == Code::permission);
}

TEST_CASE("MySQL 9: a lock in the way of read_only ends the wait in time, with nothing changed, and is named") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    Connection agent;
    Connection app;
    open(agent, servers->source.endpoint("agent"));
    open(app, servers->source.endpoint("app"));
    REQUIRE(app.query("LOCK TABLES test.t WRITE", in(5s)));
    const Time start = boot_now();
    const auto done = set_read_only(agent, 1s, start + 5s);
    CHECK(boot_now() - start < 3s);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::timeout);
    CHECK(done.error().message.find(std::to_string(app.thread_id()) + " app@127.0.0.1") != std::string::npos);
    CHECK(observe_light(agent, in(5s)) == ReadOnly{false, false});
    REQUIRE(app.query("UNLOCK TABLES", in(5s)));
}

TEST_CASE("MySQL 9: ending clients ends them all, and spares replication and ourselves") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    Connection agent;
    Connection monitor;
    Connection idle;
    open(agent, servers->source.endpoint("agent"));
    open(monitor, servers->source.endpoint("monitor"));
    open(idle, servers->source.endpoint("app"));
    REQUIRE(idle.query("BEGIN", in(5s)));
    REQUIRE(idle.query(kInsert, in(5s)));
    const auto ended = end_clients(agent, {100ms, our_users(), {}}, in(5s));
    if (!ended) FAIL(ended.error().message);
    CHECK(ended->ended.size() == 1);
    CHECK(ended->remaining.empty());
    CHECK(idle.wait_closed_or(in(5s)) == Idle::closed);
    CHECK(monitor.query("SELECT 1", in(5s)));
    CHECK(replication_status(agent, in(5s)));
    Connection replica;
    open(replica, servers->replica.endpoint("agent"));
    CHECK(replication_status(replica, in(5s))->threads_run());

    Connection nobody;
    Connection app;
    open(nobody, servers->source.endpoint("nobody"));
    open(app, servers->source.endpoint("app"));
    CHECK(end_clients(nobody, {0ms, our_users(), {}}, in(5s)).error().code == Code::permission);
}

TEST_CASE("MySQL 9: a user who has SYSTEM_USER is ended only by one who has it too, and stops nobody else's end",
          "[scenario-37]") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    TestServer& server = servers->source;
    auto users = our_users();
    users.erase("admin");
    Connection agent;
    Connection admin;
    Connection app;
    open(agent, server.endpoint("agent"));
    open(admin, server.endpoint("admin"));
    open(app, server.endpoint("app"));  // the last, so the first that can't be ended mustn't be the end
    const auto some = end_clients(agent, {0ms, users, {}}, in(5s));
    if (!some) FAIL(some.error().message);
    CHECK(some->remaining.empty());
    CHECK(app.wait_closed_or(in(5s)) == Idle::closed);
    const auto is_admin = [&](const Client& client) { return client.id == admin.thread_id(); };
    CHECK(std::count_if(some->spared.begin(), some->spared.end(), is_admin) == 1);
    CHECK(std::none_of(some->ended.begin(), some->ended.end(), is_admin));
    CHECK(admin.query("SELECT 1", in(5s)));

    server.run("GRANT SYSTEM_USER ON *.* TO agent@'%'");
    Connection strong;
    open(strong, server.endpoint("agent"));
    std::set<std::uint64_t> others;  // the session of the administrator who runs the tests
    for (const auto& client : some->spared) {
        if (!is_admin(client)) others.insert(client.id);
    }
    const auto all = end_clients(strong, {0ms, users, others}, in(5s));
    if (!all) FAIL(all.error().message);
    CHECK(all->spared.empty());
    CHECK(admin.wait_closed_or(in(5s)) == Idle::closed);
    server.run("REVOKE SYSTEM_USER ON *.* FROM agent@'%'");
}

TEST_CASE("MySQL 9: a statement that was given up is ended before another one is sent") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    Connection agent;
    open(agent, servers->source.endpoint("agent"));
    CHECK(agent.query("SELECT SLEEP(30)", in(200ms)).error().code == Code::timeout);
    REQUIRE(agent.abandoned().size() == 1);
    open(agent, servers->source.endpoint("agent"));
    const auto ended = end_abandoned(agent, in(5s));
    if (!ended) FAIL(ended.error().message);
    CHECK(agent.abandoned().empty());
}

TEST_CASE("MySQL 9: draining says what is left at its deadline, then finishes; the I/O thread stays stopped") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    ReplicaAgent agent(*servers);
    Connection app;
    open(app, servers->replica.endpoint("app"));
    REQUIRE(app.query("LOCK TABLES test.t READ", in(5s)));
    servers->source.run(kInsert);
    servers->source.run(kInsert);
    receive_all(*servers);
    const std::string uuid = *servers->source.run("SELECT @@server_uuid").values[0][0];
    auto drained = drain(agent, in(1s));
    if (!drained) FAIL(drained.error().message);
    CHECK_FALSE(drained->complete);
    CHECK(drained->left.find(uuid) != std::string::npos);
    REQUIRE(app.query("UNLOCK TABLES", in(5s)));
    drained = drain(agent, in(10s));
    REQUIRE(drained);
    CHECK(drained->complete);
    CHECK(replication_status(agent, in(5s))->io_stopped());
    CHECK(rows_in(servers->replica) == rows_in(servers->source));
}

TEST_CASE("MySQL 9: draining starts a SQL thread that was stopped by hand") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    ReplicaAgent agent(*servers);
    servers->replica.run("STOP REPLICA SQL_THREAD");
    servers->source.run(kInsert);
    receive_all(*servers);
    const auto drained = drain(agent, in(10s));
    if (!drained) FAIL(drained.error().message);
    CHECK(drained->complete);
    CHECK(rows_in(servers->replica) == rows_in(servers->source));
}

TEST_CASE("MySQL 9: replication is pointed elsewhere and back, and started once") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    ReplicaAgent agent(*servers);
    TestServer other(23, {}, Kind::mysql9);
    const auto source = [](const TestServer& server) {
        return Source{"127.0.0.1", server.port(), "replication", "secret-replication", GtidStart::slave_pos};
    };
    auto repointed = repoint(agent, source(other), in(10s));
    if (!repointed) FAIL(repointed.error().message);
    CHECK(repointed->changed);
    CHECK(repointed->status.source_port == other.port());
    repointed = repoint(agent, source(servers->source), in(10s));
    if (!repointed) FAIL(repointed.error().message);
    CHECK(repointed->status.threads_run());
    repointed = repoint(agent, source(servers->source), in(10s));
    REQUIRE(repointed);
    CHECK_FALSE(repointed->changed);
    servers->source.run(kInsert);
    const auto position = gtid_position(agent, in(5s));
    REQUIRE(position);
    const auto wanted = *servers->source.run("SELECT @@global.gtid_executed").values[0][0];
    CHECK(wait_for_gtid(agent, wanted, in(5s)));
    CHECK(rows_in(servers->replica) == rows_in(servers->source));
}
