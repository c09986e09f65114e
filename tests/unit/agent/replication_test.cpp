#include "core/agent/replication.hpp"

#include "core/agent/status.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using namespace std::chrono_literals;

namespace {

ServerSeen replica_of(int number, bool io, bool sql, bool error = false) {
    ServerSeen seen;
    seen.server = proto::Server::up;
    seen.read_only = true;
    seen.source = test::ip("192.168.10." + std::to_string(130 + number));
    seen.io_running = io;
    seen.sql_running = sql;
    seen.replication_error = error;
    return seen;
}

/// db3, which sees its server as given, then opens the link.
AgentUnderTest slave(const ServerSeen& seen) {
    AgentUnderTest agent("db3");
    agent.step(Started{});
    agent.step(seen);
    agent.step(LinkOpened{});
    return agent;
}

proto::Order replicate(proto::Replication replication, const HostName& source) {
    proto::Order order;
    order.state = replication == proto::Replication::stop ? HostState::admin_offline : HostState::online;
    order.replication = replication;
    order.source = source;
    return order;
}

}  // namespace

TEST_CASE("an order starts replication only for another source, or for threads found stopped without an error") {
    struct Row {
        std::string what;
        ServerSeen seen;
        proto::Replication replication;
        HostName source;
        bool starts;
    };
    const auto run = proto::Replication::run;
    ServerSeen unset = replica_of(1, false, false);
    unset.source.reset();
    const std::vector<Row> rows = {
        {"as ordered", replica_of(1, true, true), run, "db1", false},
        {"another source", replica_of(1, true, true), run, "db2", true},
        {"another source, stopped by an error", replica_of(1, false, false, true), run, "db2", true},
        {"no replication set up", unset, run, "db2", true},
        {"no replication set up, none named", unset, run, "", false},
        {"both stopped", replica_of(1, false, false), run, "db1", true},
        {"both stopped, source kept", replica_of(1, false, false), run, "", true},
        {"only I/O stopped, as our drain leaves it", replica_of(1, false, true), run, "db1", true},
        {"only SQL stopped, by hand", replica_of(1, true, false), run, "db1", false},
        {"stopped by an error", replica_of(1, false, false, true), run, "db1", false},
        {"left as it is", replica_of(1, false, false), proto::Replication::leave, "", false},
        {"ourselves as source", replica_of(1, true, true), run, "db3", false},
        {"an unknown source", replica_of(1, true, true), run, "db9", false},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto agent = slave(row.seen);
        agent.order(replicate(row.replication, row.source));
        REQUIRE(agent.started<Replicate>().has_value() == row.starts);
        if (row.starts) CHECK(agent.started<Replicate>()->source == row.source);
    }
}

TEST_CASE("threads that an admin stops are left alone, until mysqld comes back") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::run, "db1"));
    agent.step(replica_of(1, false, false));
    agent.pass_hearing_monitor(60s);
    CHECK_FALSE(agent.started<Replicate>());
    agent.see_server_as(proto::Server::down);
    agent.step(replica_of(1, false, false));
    CHECK(agent.started<Replicate>());
}

TEST_CASE("mysqld that came back while nobody looked has its threads started") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::run, "db1"));
    ServerSeen seen = replica_of(1, false, false);
    agent.step(seen);
    CHECK_FALSE(agent.started<Replicate>());
    seen.restarts = 1;
    agent.step(seen);
    CHECK(agent.started<Replicate>());
    agent.succeed();
    agent.step(seen);
    agent.pass_hearing_monitor(20s);
    CHECK_FALSE(agent.started<Replicate>());
}

TEST_CASE("ADMIN_OFFLINE stops replication once, leaving it starts it once") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::stop, ""));
    CHECK(agent.started<StopReplication>());
    agent.succeed();
    agent.step(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::stop, ""));
    CHECK(agent.all<StartTask>().empty());
    agent.step(replica_of(1, false, false));
    agent.order(replicate(proto::Replication::run, "db1"));
    CHECK(agent.started<Replicate>());
    agent.succeed();
    agent.step(replica_of(1, false, false));
    agent.pass_hearing_monitor(20s);
    CHECK_FALSE(agent.started<Replicate>());
}

TEST_CASE("a stop that is overtaken by the next order is made good") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::stop, ""));
    agent.order(replicate(proto::Replication::run, "db1"));
    CHECK(agent.all<CancelTask>().size() == 1);
    CHECK(agent.started<Replicate>());
}

TEST_CASE("a cut-off stop that the server carries out after the start is made good") {
    struct Row {
        std::string what;
        ServerSeen seen;
        bool starts_again;
    };
    const std::vector<Row> rows = {
        {"both stopped", replica_of(1, false, false), true},
        {"I/O stopped, by a drain", replica_of(1, false, true), true},
        {"both run", replica_of(1, true, true), false},
        {"stopped by an error", replica_of(1, false, true, true), false},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto agent = slave(replica_of(1, true, true));
        agent.order(replicate(proto::Replication::stop, ""));
        agent.order(replicate(proto::Replication::run, "db1"));
        agent.succeed();
        agent.step(replica_of(1, true, true));
        agent.pass_hearing_monitor(kConfirmDelay);
        CHECK(agent.all<StartTask>().empty());
        agent.step(row.seen);
        CHECK(agent.started<Replicate>().has_value() == row.starts_again);
    }
}

TEST_CASE("a cut-off start that the server carries out after the stop is made good") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::run, "db2"));
    agent.order(replicate(proto::Replication::stop, ""));
    agent.succeed();
    agent.pass_hearing_monitor(kConfirmDelay);
    CHECK_FALSE(agent.started<StopReplication>());
    agent.step(replica_of(2, true, true));
    CHECK(agent.started<StopReplication>());
    agent.succeed();
    agent.step(replica_of(2, false, false));
    agent.pass_hearing_monitor(60s);
    CHECK_FALSE(agent.started<StopReplication>());
    CHECK_FALSE(agent.started<Replicate>());
}

TEST_CASE("failures are reported and retried after 1 s, 2 s, and so on up to 10 s") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::run, "db2"));
    for (int round = 1; round <= 12; ++round) {
        agent.end_task(fail(Code::refused, "error 1236"));
        CHECK(agent.all<SendStatus>().size() == (round == 1 ? 1 : 0));
        const Duration wait = std::min<Duration>(std::chrono::seconds{round}, 10s);
        agent.pass_hearing_monitor(wait - 100ms);
        CHECK_FALSE(agent.started<Replicate>());
        agent.pass_hearing_monitor(100ms);
        CHECK(agent.started<Replicate>());
    }
    agent.end_task(fail(Code::refused, "error 1236"));
    agent.order(replicate(proto::Replication::run, "db2"));
    CHECK(agent.started<Replicate>());
    agent.succeed();
    CHECK(agent.state.replication.problem.empty());
}

TEST_CASE("a source that the server shows by another name isn't set again and again") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::run, "db2"));
    agent.succeed();
    agent.step(replica_of(9, true, true));
    agent.pass_hearing_monitor(9s);
    CHECK(agent.all<StartTask>().empty());
    agent.order(replicate(proto::Replication::run, "db1"));
    CHECK(agent.started<Replicate>());
}

TEST_CASE("a source that changes again overtakes the task that is under way") {
    auto agent = slave(replica_of(1, true, true));
    agent.order(replicate(proto::Replication::run, "db2"));
    agent.order(replicate(proto::Replication::run, "db1"));
    CHECK(agent.all<CancelTask>().size() == 1);
    CHECK(agent.started<Replicate>()->source == "db1");
}

TEST_CASE("the thread that a drain stopped stays stopped until the writer is told a source") {
    auto agent = AgentUnderTest::idle("db1");
    proto::Order order = replicate(proto::Replication::run, "");
    order.slots = {{test::writer_slot(), 3}};
    agent.order(order);
    REQUIRE(agent.started<Drain>());
    agent.succeed();
    agent.succeed();
    agent.step(AddressesSeen{{test::writer_slot()}});
    agent.pass_hearing_monitor(5s);
    CHECK(agent.all<StartTask>().empty());
    ServerSeen seen = replica_of(2, false, true);
    seen.read_only = false;
    agent.step(seen);
    CHECK(agent.all<StartTask>().empty());
    order.source = "db2";
    agent.order(order);
    REQUIRE(agent.started<Replicate>());
    CHECK(agent.started<Replicate>()->writer);
}

TEST_CASE("a new writer's drain doesn't wait for replication being set up") {
    auto agent = AgentUnderTest::idle("db1");
    agent.order(replicate(proto::Replication::run, "db2"));
    REQUIRE(agent.started<Replicate>());
    agent.grant({{test::writer_slot(), 3}});
    CHECK(agent.all<CancelTask>().size() == 1);
    CHECK(agent.started<Drain>());
}

TEST_CASE(
    "a master that comes back connects anew from its own position, and is rejoining until that was seen to work") {
    AgentUnderTest agent("db2");
    agent.step(Started{});
    ServerSeen hung;
    hung.server = proto::Server::hung;
    agent.step(hung);
    agent.step(LinkOpened{});
    agent.order(replicate(proto::Replication::run, "db1"));

    ServerSeen thawed = replica_of(1, true, true);
    thawed.io_connected = true;
    thawed.complete = true;
    agent.step(thawed);
    REQUIRE(agent.started<Replicate>().has_value());
    CHECK_FALSE(agent.started<Replicate>()->writer);
    CHECK(report(agent.state, agent.now).rejoining);

    agent.succeed();
    agent.step(thawed);
    CHECK(report(agent.state, agent.now).rejoining);  // the source may be about to refuse it
    agent.pass_hearing_monitor(1100ms);
    agent.step(thawed);
    CHECK_FALSE(report(agent.state, agent.now).rejoining);
}

TEST_CASE("a returned replica that is still connecting isn't seen to work") {
    auto agent = slave(replica_of(1, true, true));
    agent.pass_hearing_monitor(1100ms);
    agent.step(replica_of(1, true, true));
    CHECK(report(agent.state, agent.now).rejoining);
}

TEST_CASE("a source that refused the position is asked again, because it may have been behind itself") {
    for (const std::uint32_t number : {1236U, 13114U, 1045U}) {
        INFO(number);
        auto agent = slave(replica_of(1, true, true));
        agent.order(replicate(proto::Replication::run, "db1"));
        REQUIRE_FALSE(agent.started<Replicate>());
        ServerSeen refused = replica_of(1, false, true, true);
        refused.io_error = number;
        agent.step(refused);
        CHECK_FALSE(agent.started<Replicate>());
        agent.pass_hearing_monitor(kRefusedRetry - 100ms);
        CHECK_FALSE(agent.started<Replicate>());
        agent.pass_hearing_monitor(100ms);
        CHECK(agent.started<Replicate>().has_value() == (number != 1045));
        if (number == 1045) continue;
        agent.succeed();
        agent.step(refused);
        CHECK_FALSE(agent.started<Replicate>());
        agent.pass_hearing_monitor(kRefusedRetry);
        CHECK(agent.started<Replicate>());
    }
}

TEST_CASE("MySQL without GTIDs isn't pointed at another source, and says why; from its own it goes on") {
    ServerSeen seen = replica_of(1, false, false);
    seen.gtids = false;
    seen.history_problem = "gtid_mode is OFF";
    auto agent = slave(seen);
    agent.order(replicate(proto::Replication::run, "db2"));
    CHECK_FALSE(agent.started<Replicate>());
    CHECK(agent.logged(LogLevel::error));
    CHECK(report(agent.state, agent.now).problem == "can't replicate from db2: gtid_mode is OFF");
    agent.step(Tick{});
    CHECK_FALSE(agent.logged(LogLevel::error));

    agent.order(replicate(proto::Replication::run, "db1"));
    REQUIRE(agent.started<Replicate>());
    CHECK(agent.started<Replicate>()->source.empty());
    agent.step(Tick{});
    CHECK(agent.all<CancelTask>().empty());
    CHECK(report(agent.state, agent.now).problem.empty());
}

TEST_CASE("an agent reports what its server can tell of its transactions") {
    auto agent = slave(replica_of(1, true, true));
    ServerSeen seen = replica_of(1, true, true);
    seen.history = "0-1-5";
    seen.history_problem = "log_bin is off";
    seen.server_uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    seen.gtids = false;
    seen.io_error = 1236;
    agent.step(seen);
    const auto status = report(agent.state, agent.now);
    CHECK(status.history == "0-1-5");
    CHECK(status.history_problem == "log_bin is off");
    CHECK(status.server_uuid == seen.server_uuid);
    CHECK_FALSE(status.gtids);
    CHECK(status.io_error == 1236);
}

TEST_CASE("what a writer received and hasn't applied isn't told as its own", "[scenario-37]") {
    for (const bool applies : {true, false}) {
        INFO(applies);
        ServerSeen seen = replica_of(1, true, applies);
        seen.history = "0-1-9,0-2-7";
        seen.applied = "0-1-5,0-2-7";
        seen.read_only = false;
        auto agent = AgentUnderTest::writer();
        agent.step(seen);
        CHECK(report(agent.state, agent.now).history == seen.applied);
        // A host that isn't the writer doesn't lose what it was sent, whatever its threads do.
        auto other = slave(seen);
        other.step(seen);
        CHECK(report(other.state, other.now).history == seen.history);
    }
}
