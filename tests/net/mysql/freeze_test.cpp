#include "net/mysql/freeze.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/privileged.hpp"
#include "net/mysql/read_only.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

const std::set<std::string> kOurs = {"agent", "monitor", "replication"};
/// Its session, by which the tests look after the server, isn't to be ended.
const std::set<std::string> kSpared = {"agent", "monitor", "replication", "admin"};

FreezeOptions options(Duration grace = 1s, bool forced = false) {
    return {grace, forced, false, kSpared};
}

std::string message(const Result<Frozen>& result) {
    return result ? "" : result.error().message;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Runs a statement that has to be ended from outside, on a thread of its own.
class Stuck {
  public:
    Stuck(const Endpoint& endpoint, std::string sql) {
        open(session_, endpoint);
        id = session_.thread_id();
        thread_ = std::thread([this, sql = std::move(sql)] { (void)session_.query(sql, in(60s)); });
        std::this_thread::sleep_for(200ms);
    }
    ~Stuck() { thread_.join(); }
    Stuck(const Stuck&) = delete;
    Stuck& operator=(const Stuck&) = delete;
    unsigned long id = 0;

  private:
    Connection session_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("writes are stopped, also those of users that may write to a read-only server, and go on afterwards") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    Connection app;
    Connection admin;
    open(agent, server.endpoint("agent"));
    open(app, server.endpoint("app"));
    server.run("INSERT INTO test.t (x) VALUES (1)");
    const auto frozen = freeze_writes(agent, options(), in(5s));
    INFO(message(frozen));
    REQUIRE(frozen);
    CHECK(frozen->locked);
    CHECK_FALSE(frozen->position.empty());
    CHECK(frozen->position == *gtid_position(agent, in(5s)));
    CHECK(contains(frozen->history, frozen->position));
    CHECK_FALSE(app.query("INSERT INTO test.t (x) VALUES (1)", in(5s)));

    open(admin, server.endpoint("admin"));
    REQUIRE(admin.query("SET lock_wait_timeout=1", in(5s)));
    CHECK(admin.query("INSERT INTO test.t (x) VALUES (1)", in(5s)).error().detail == 1205);
    REQUIRE(unlock(agent, in(5s)));
    CHECK(observe_light(agent, in(5s)) == ReadOnly{true, false});
    CHECK(admin.query("DELETE FROM test.t WHERE id<0", in(5s)));
    CHECK(set_writable(agent, in(5s)) == ReadOnly{false, false});
}

TEST_CASE("giving a stop of writes up leaves no lock behind, also if the session that had it ends") {
    TestServer& server = pair_of_servers().source;
    Connection app;
    for (const bool session_ends : {false, true}) {
        Connection agent;
        open(agent, server.endpoint("agent"));
        REQUIRE(freeze_writes(agent, options(), in(5s)));
        if (session_ends) {
            agent.close();
            open(agent, server.endpoint("agent"));
        }
        REQUIRE(set_writable(agent, in(5s)));
        open(app, server.endpoint("app"));
        CHECK(app.query("DELETE FROM test.t WHERE id<0", in(5s)));
    }
}

TEST_CASE("who is in the way of stopping writes is ended after the grace, and what it did is undone") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    open(agent, server.endpoint("agent"));
    server.run("INSERT INTO test.t (x) VALUES (1)");
    {
        const Stuck update(server.endpoint("app"), "UPDATE test.t SET x=x+1 WHERE SLEEP(20)=0 LIMIT 1");
        const Time start = boot_now();
        const auto frozen = freeze_writes(agent, options(), in(8s));
        INFO(message(frozen));
        CHECK(frozen);
        CHECK(boot_now() - start < 4s);
        REQUIRE(set_writable(agent, in(5s)));
    }
    Connection app;
    open(app, server.endpoint("app"));
    REQUIRE(app.query("LOCK TABLES test.t WRITE", in(5s)));
    CHECK(freeze_writes(agent, options(), in(8s)));
    REQUIRE(set_writable(agent, in(5s)));
}

TEST_CASE("a statement that has run for long is named before anything is stopped, without what it may hide") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    open(agent, server.endpoint("agent"));
    server.run("INSERT INTO test.t (x) VALUES (1)");
    const Stuck update(server.endpoint("app"),
                       "UPDATE test.t SET x=x+1 WHERE SLEEP(30)=0 /* secret */ AND 'secret'<>'' LIMIT 1");
    std::this_thread::sleep_for(10s);
    const auto refused = freeze_writes(agent, options(), in(5s));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::refused);
    CHECK(contains(message(refused), std::to_string(update.id) + " app@127.0.0.1"));
    CHECK(contains(message(refused), "UPDATE test.t SET x=x+? WHERE SLEEP(?)=?"));
    CHECK_FALSE(contains(message(refused), "secret"));
    CHECK(observe_light(agent, in(5s)) == ReadOnly{false, false});
    CHECK(freeze_writes(agent, options(0ms, true), in(8s)));
    REQUIRE(set_writable(agent, in(5s)));
}

TEST_CASE("prepared XA transactions are named before anything is stopped") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    Connection app;
    open(agent, server.endpoint("agent"));
    open(app, server.endpoint("app"));
    for (const char* sql : {"XA START 'x'", "INSERT INTO test.t (x) VALUES (7)", "XA END 'x'", "XA PREPARE 'x'"})
        REQUIRE(app.query(sql, in(5s)));
    const auto refused = freeze_writes(agent, options(), in(5s));
    CHECK(contains(message(refused), "1 prepared XA transaction could"));
    CHECK(observe_light(agent, in(5s)) == ReadOnly{false, false});
    REQUIRE(app.query("XA ROLLBACK 'x'", in(5s)));
    CHECK(why_not_freeze(agent, kOurs, in(5s)) == std::string());
}

TEST_CASE("sessions that may write to a read-only server are told from others, and ended") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    Connection app;
    Connection admin;
    open(agent, server.endpoint("agent"));
    open(app, server.endpoint("app"));
    open(admin, server.endpoint("admin"));
    const auto unseen = privileged_sessions(agent, kOurs, in(5s));
    REQUIRE_FALSE(unseen);
    CHECK(unseen.error().code == Code::permission);
    CHECK(contains(unseen.error().message, "SELECT on mysql.global_priv"));
    server.run("GRANT SELECT ON mysql.global_priv TO agent@'%'");
    // The server's own administrator, who runs the tests, is one as well.
    const auto sessions = privileged_sessions(agent, kOurs, in(5s));
    REQUIRE(sessions);
    std::vector<Client> named;
    for (const auto& client : *sessions) {
        CHECK(client.user != "app");
        if (client.id == admin.thread_id()) named.push_back(client);
    }
    REQUIRE(named.size() == 1);
    REQUIRE(end_sessions(agent, named, in(5s)));
    REQUIRE(end_sessions(agent, named, in(5s)));
    CHECK_FALSE(admin.query("SELECT 1", in(5s)));
    server.run("REVOKE SELECT ON mysql.global_priv FROM agent@'%'");
}

TEST_CASE("an account's host pattern is matched as the server does") {
    struct Row {
        const char* host;
        const char* pattern;
        bool matches;
    };
    const Row rows[] = {
        {"192.168.10.1:4711", "192.168.10.%", true},
        {"192.168.10.1:4711", "192.168.10.1", true},
        {"192.168.10.1:4711", "192.168.11.%", false},
        {"localhost", "LOCALHOST", true},
        {"localhost", "%", true},
        {"localhost", "", true},
        {"db1:1", "db_", true},
        {"db10:1", "db_", false},
        {"2001:db8:10::1:4711", "2001:db8:10:%", true},
        {"localhost", "local", false},
        {"a.b.example:1", "%.b.%", true},
    };
    for (const auto& row : rows) {
        INFO(row.host << " " << row.pattern);
        CHECK(matches_account(row.host, row.pattern) == row.matches);
    }
}

TEST_CASE("a statement is shown without its literals and comments") {
    struct Row {
        const char* statement;
        const char* shape;
    };
    const Row rows[] = {
        {"UPDATE t SET x=17 WHERE name='it''s'", "UPDATE t SET x=? WHERE name=?"},
        {"INSERT  INTO t\n VALUES (0x17, 1.5, \"a\\\"b\", -3)", "INSERT INTO t VALUES (?, ?.?, ?, -?)"},
        {"SET PASSWORD = 'secr", "SET PASSWORD = ?"},
        {"SELECT /* secret */ `a'b` -- secret\n FROM t1 # secret", "SELECT `a'b` FROM t1"},
        {"DELETE FROM t /* cut", "DELETE FROM t"},
        {"", ""},
    };
    for (const auto& row : rows) CHECK(shape_of(row.statement) == row.shape);
}
