#include "net/mysql/read_only.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "fake_server.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/observe.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

TEST_CASE("read_only is set, read back and taken off again") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    Connection app;
    open(agent, server.endpoint("agent"));
    open(app, server.endpoint("app"));
    CHECK(observe_light(agent, in(5s)) == ReadOnly{false, false});
    CHECK(set_read_only(agent, 1s, in(5s)) == ReadOnly{true, false});
    CHECK(app.query("INSERT INTO test.t (x) VALUES (1)", in(5s)).error().detail == 1290);
    CHECK(set_read_only(agent, 1s, in(5s)) == ReadOnly{true, false});
    CHECK(set_writable(agent, in(5s)) == ReadOnly{false, false});
    CHECK(app.query("DELETE FROM test.t WHERE id<0", in(5s)));
    CHECK(set_writable(agent, in(5s)) == ReadOnly{false, false});
}

TEST_CASE("a lock in the way of read_only ends the wait in time, with nothing changed, and is named") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    Connection app;
    open(agent, server.endpoint("agent"));
    open(app, server.endpoint("app"));
    REQUIRE(app.query("LOCK TABLES test.t WRITE", in(5s)));
    const Time start = boot_now();
    const auto done = set_read_only(agent, 1s, start + 3s);
    CHECK(boot_now() - start < 2s);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::timeout);
    CHECK(done.error().message.find(std::to_string(app.thread_id()) + " app@127.0.0.1") != std::string::npos);
    CHECK(observe_light(agent, in(5s)) == ReadOnly{false, false});
    REQUIRE(app.query("UNLOCK TABLES", in(5s)));
    CHECK(set_read_only(agent, 1s, in(5s)));
    CHECK(set_writable(agent, in(5s)));
}

TEST_CASE("a server that thaws too late stays read-only") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    open(agent, server.endpoint("agent"));
    REQUIRE(set_read_only(agent, 1s, in(5s)));
    server.freeze();
    std::thread thaw([&] {
        std::this_thread::sleep_for(500ms);
        server.thaw();
    });
    // The clock is read before the freeze in real life; here the statement itself comes too late.
    const auto late = agent.query(set_writable_if_in_time("2020-01-01 00:00:00.000000", 300ms), in(5s));
    thaw.join();
    CHECK(late);
    CHECK(observe_light(agent, in(5s)) == ReadOnly{true, false});

    server.freeze();
    const Time start = boot_now();
    CHECK(set_writable(agent, start + 200ms).error().code == Code::timeout);
    CHECK(boot_now() - start < 400ms);
    server.thaw();
    open(agent, server.endpoint("agent"));
    CHECK(observe_light(agent, in(5s)) == ReadOnly{true, false});
    CHECK(set_writable(agent, in(5s)) == ReadOnly{false, false});
}

TEST_CASE("a server frozen between telling its time and being made writable stays read-only when it thaws") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    open(agent, server.endpoint("agent"));
    REQUIRE(set_read_only(agent, 1s, in(5s)));
    std::atomic<bool> frozen = false;  // set by the relay's thread
    const FakeServer relay(FakeServer::relay(server.port(), [&](std::string_view said) {
        if (said.find("SET GLOBAL read_only=IF") == std::string_view::npos) return;
        server.freeze();
        frozen = true;
    }));
    Endpoint through_relay = server.endpoint("agent");
    through_relay.port = relay.endpoint().port;
    Connection late;
    open(late, through_relay);
    const auto session = std::to_string(late.thread_id());
    const Time deadline = in(300ms);
    CHECK(set_writable(late, deadline).error().code == Code::timeout);
    REQUIRE(frozen);
    std::this_thread::sleep_for(deadline - boot_now() + 50ms);
    server.thaw();
    // Nobody waits for it any more, but the server has the statement.
    server.await("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID=" + session, "0");
    CHECK(observe_light(agent, in(5s)) == ReadOnly{true, false});
    CHECK(set_writable(agent, in(5s)) == ReadOnly{false, false});
}

TEST_CASE("without the right, read_only is a matter of permission") {
    Connection monitor;
    open(monitor, pair_of_servers().source.endpoint("monitor"));
    CHECK(set_read_only(monitor, 1s, in(5s)).error().code == Code::permission);
    CHECK(set_writable(monitor, in(5s)).error().code == Code::permission);
}

TEST_CASE("a server's state is seen in full by the agent") {
    Pair& servers = pair_of_servers();
    servers.in_step();
    Connection agent;
    open(agent, servers.replica.endpoint("agent"));
    const auto view = observe(agent, in(5s));
    REQUIRE(view);
    CHECK(view->server.is_mariadb());
    CHECK_FALSE(view->read_only.read_only);
    CHECK(view->server_id == 2);
    CHECK(view->uptime < 1h);
    CHECK(view->replication.configured);
    CHECK(view->replication.source_port == servers.source.port());
    CHECK(view->gtid_slave_pos == view->gtid_current_pos);
    CHECK(gtid_position(agent, in(5s)) == view->gtid_current_pos);
    Connection source;
    open(source, servers.source.endpoint("agent"));
    CHECK_FALSE(observe(source, in(5s))->replication.configured);
}
