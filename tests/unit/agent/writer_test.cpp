#include "core/agent/writer.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using test::writer_slot;
using namespace std::chrono_literals;

namespace {

proto::WriterPhase phase_of(const AgentUnderTest& agent) {
    return phase(agent.state.writer.step);
}

}  // namespace

TEST_CASE("the writer arrives by draining, read_only=0 and the address, and holds once both are seen") {
    auto agent = AgentUnderTest::idle("db1");
    proto::Order order;
    order.slots = {{writer_slot(), 3}};
    order.catch_up = "0-2-9";
    agent.order(order);
    REQUIRE(agent.started<Drain>());
    CHECK(agent.started<Drain>()->catch_up == "0-2-9");
    CHECK(agent.all<StartTask>().front().deadline == agent.now + agent.config.drain_timeout);
    CHECK(agent.all<PutAddress>().empty());
    agent.succeed();
    REQUIRE(agent.started<SetWritable>());
    CHECK(agent.all<PutAddress>().empty());
    agent.succeed();
    CHECK(agent.all<RemoveAddress>().size() == 1);
    CHECK(agent.all<PutAddress>().size() == 1);
    CHECK(phase_of(agent) == proto::WriterPhase::arriving);
    agent.step(AddressesSeen{{writer_slot()}});
    CHECK(phase_of(agent) == proto::WriterPhase::holding);
    CHECK(agent.all<Announce>().size() == 1);
}

TEST_CASE("a drain that fails is repeated, and the host never becomes writable with less") {
    struct Row {
        Code code;
        Duration takes;
        Duration wait;
    };
    for (const auto& row : {Row{Code::timeout, 2s, 0ms}, Row{Code::timeout, 0ms, 1s}, Row{Code::refused, 0ms, 1s},
                            Row{Code::refused, 2s, 1s}, Row{Code::unreachable, 0ms, 1s}}) {
        auto agent = AgentUnderTest::idle("db1");
        agent.grant({{writer_slot(), 3}});
        for (int round = 0; round < 3; ++round) {
            if (row.takes > 0ms) agent.pass_hearing_monitor(row.takes);
            agent.end_task(fail(row.code, "3 transactions are left"));
            CHECK(agent.started<Drain>().has_value() == (row.wait == 0ms));
            CHECK(agent.state.writer.problem.find("3 transactions are left") != std::string::npos);
            if (row.wait == 0ms) continue;
            agent.pass_hearing_monitor(row.wait);
            CHECK(agent.started<Drain>());
        }
        CHECK_FALSE(agent.started<SetWritable>());
    }
}

TEST_CASE("the writer role waits for a server that isn't up, and says so") {
    for (const auto server : {proto::Server::unknown, proto::Server::down, proto::Server::hung}) {
        auto agent = AgentUnderTest::idle("db1");
        agent.see_server_as(server);
        agent.grant({{writer_slot(), 3}});
        CHECK(agent.all<StartTask>().empty());
        CHECK_FALSE(agent.state.writer.problem.empty());
        agent.see_server(true);
        CHECK(agent.started<Drain>());
    }
}

TEST_CASE("a server that restarts before it was made writable is drained again") {
    auto agent = AgentUnderTest::idle("db1");
    agent.grant({{writer_slot(), 3}});
    agent.succeed();
    agent.see_server_as(proto::Server::down);
    agent.end_task(fail(Code::unreachable, "the connection broke"));
    CHECK_FALSE(agent.started<SetWritable>());
    agent.see_server(true);
    agent.pass_hearing_monitor(1s);
    CHECK(agent.started<Drain>());
}

TEST_CASE("an order that confirms what is held changes nothing but the epoch") {
    auto agent = AgentUnderTest::writer();
    agent.grant({{writer_slot(), 8}});
    CHECK(agent.all<StartTask>().empty());
    CHECK(agent.all<PutAddress>().empty());
    CHECK(agent.all<RemoveAddress>().empty());
    CHECK(agent.all<SendStatus>().back().status.granted.at(writer_slot()) == 8);
}

TEST_CASE("the writer leaves by read_only=1, ending clients and the address, without a wait between") {
    auto agent = AgentUnderTest::writer();
    agent.grant({});
    REQUIRE(agent.started<SetReadOnly>());
    CHECK(agent.started<SetReadOnly>()->lock_wait == 1s);
    agent.succeed("0-1-7");
    REQUIRE(agent.started<EndClients>());
    CHECK(agent.started<EndClients>()->grace == 1s);
    CHECK(agent.all<RemoveAddress>().empty());
    agent.succeed();
    CHECK(agent.all<RemoveAddress>().size() == 1);
    CHECK(phase_of(agent) == proto::WriterPhase::leaving);
    agent.step(AddressesSeen{});
    CHECK(phase_of(agent) == proto::WriterPhase::none);
    const auto status = agent.all<SendStatus>().back().status;
    CHECK(status.position == "0-1-7");
    CHECK_FALSE(status.read_only_owed);
}

TEST_CASE("the last position is reported until the next grant") {
    auto agent = AgentUnderTest::writer();
    agent.grant({});
    agent.succeed("0-1-7");
    agent.succeed();
    agent.step(AddressesSeen{});
    agent.see_server(true);
    agent.grant({});
    CHECK(agent.all<SendStatus>().back().status.position == "0-1-7");
    agent.grant({{writer_slot(), 9}});
    CHECK(agent.all<SendStatus>().back().status.position.empty());
}

TEST_CASE("a leaving writer without a server that answers lets the address go first and owes read_only") {
    struct Row {
        std::string what;
        std::function<void(AgentUnderTest&)> happens;
    };
    const std::vector<Row> rows = {
        {"down", [](AgentUnderTest& agent) { agent.see_server_as(proto::Server::down); }},
        {"hung", [](AgentUnderTest& agent) { agent.see_server_as(proto::Server::hung); }},
        {"unreachable", [](AgentUnderTest& agent) { agent.end_task(fail(Code::unreachable, "refused")); }},
        {"locks, twice",
         [](AgentUnderTest& agent) {
             agent.end_task(fail(Code::timeout, "locks"));
             REQUIRE(agent.started<EndClients>());
             agent.succeed();
             REQUIRE(agent.started<SetReadOnly>());
             agent.end_task(fail(Code::timeout, "locks"));
         }},
        {"refused, twice",
         [](AgentUnderTest& agent) {
             agent.end_task(fail(Code::permission, "access denied"));
             REQUIRE(agent.started<SetReadOnly>());
             agent.end_task(fail(Code::permission, "access denied"));
         }},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto agent = AgentUnderTest::writer();
        agent.grant({});
        REQUIRE(agent.started<SetReadOnly>());
        row.happens(agent);
        CHECK(agent.all<RemoveAddress>().size() == 1);
        agent.step(AddressesSeen{});
        CHECK(phase_of(agent) == proto::WriterPhase::none);
        CHECK(agent.all<SendStatus>().back().status.read_only_owed);
    }
}

TEST_CASE("withdrawn at any step of arriving, the host goes read-only again and lets the address go") {
    for (int steps_done = 0; steps_done <= 2; ++steps_done) {
        INFO(steps_done);
        auto agent = AgentUnderTest::idle("db1");
        agent.grant({{writer_slot(), 3}});
        for (int i = 0; i < steps_done; ++i) agent.succeed();
        agent.grant({});
        CHECK(agent.all<CancelTask>().size() == (steps_done < 2 ? 1 : 0));
        CHECK(agent.started<SetReadOnly>());
        agent.succeed("0-1-5");
        agent.succeed();
        agent.step(AddressesSeen{});
        CHECK(phase_of(agent) == proto::WriterPhase::none);
        // A host that only drained was never written to: it hasn't stopped anywhere.
        CHECK(agent.state.writer.frozen_position == (steps_done == 0 ? "" : "0-1-5"));
    }
}

TEST_CASE("granted again before the address went, the old writer is writable again without draining") {
    auto agent = AgentUnderTest::writer();
    agent.grant({});
    agent.succeed("0-1-7");
    agent.grant({{writer_slot(), 4}});
    CHECK_FALSE(agent.started<Drain>());
    CHECK(agent.started<SetWritable>());
    agent.succeed();
    CHECK(phase_of(agent) == proto::WriterPhase::holding);
    CHECK(agent.all<RemoveAddress>().empty());
}

TEST_CASE("withdrawn while draining and granted again, the host drains all the same") {
    auto agent = AgentUnderTest::idle("db1");
    agent.grant({{writer_slot(), 3}});
    agent.grant({});
    agent.grant({{writer_slot(), 4}});
    CHECK(agent.started<Drain>());
    CHECK_FALSE(agent.started<SetWritable>());
}

TEST_CASE("granted again after the address went, it arrives from the beginning") {
    auto agent = AgentUnderTest::writer();
    agent.grant({});
    agent.succeed("0-1-7");
    agent.succeed();
    agent.grant({{writer_slot(), 4}});
    CHECK(agent.all<StartTask>().empty());
    agent.step(AddressesSeen{});
    CHECK(agent.started<Drain>());
}

TEST_CASE("an adopted writer address is held when mysqld is writable, and opens nothing when it isn't") {
    for (const bool read_only : {false, true}) {
        AgentUnderTest agent("db1");
        agent.step(Started{{writer_slot()}});
        CHECK(phase_of(agent) == proto::WriterPhase::arriving);
        agent.see_server(read_only);
        CHECK(phase_of(agent) == (read_only ? proto::WriterPhase::arriving : proto::WriterPhase::holding));
        agent.pass_hearing_monitor(1s);
        CHECK(agent.all<StartTask>().empty());
    }
}

TEST_CASE("read_only that somebody switched on the holder is switched off again, with a warning") {
    auto agent = AgentUnderTest::writer();
    agent.see_server(true);
    CHECK(agent.started<SetWritable>());
    CHECK(agent.logged(LogLevel::warning));
    agent.end_task(fail(Code::permission, "access denied"));
    agent.pass_hearing_monitor(3s);
    CHECK(agent.started<SetWritable>());
    CHECK_FALSE(agent.logged(LogLevel::warning));
}

TEST_CASE("a holder's mysqld that comes back read-only needs the word of a monitor that is there") {
    for (const bool link_open : {true, false}) {
        auto agent = AgentUnderTest::writer();
        if (!link_open) agent.step(LinkClosed{"gone"});
        agent.see_server_as(proto::Server::down);
        CHECK(agent.all<RemoveAddress>().empty());
        agent.see_server(true);
        CHECK(agent.started<SetWritable>().has_value() == link_open);
    }
}

TEST_CASE("read_only that somebody switched off elsewhere is switched on again, retried every second") {
    auto agent = AgentUnderTest::idle("db1");
    agent.grant({});
    agent.see_server(false);
    CHECK(agent.started<SetReadOnly>());
    CHECK(agent.logged(LogLevel::warning));
    CHECK(agent.all<SendStatus>().back().status.read_only_owed);
    agent.end_task(fail(Code::timeout, "the applier is busy"));
    agent.pass_hearing_monitor(900ms);
    CHECK_FALSE(agent.started<SetReadOnly>());
    agent.pass_hearing_monitor(100ms);
    CHECK(agent.started<SetReadOnly>());
    agent.succeed("0-1-7");
    CHECK_FALSE(agent.all<SendStatus>().back().status.read_only_owed);
    CHECK(agent.state.writer.frozen_position.empty());
}

TEST_CASE("read_only that privileged users pass is too much on the writer and too little elsewhere") {
    ServerSeen half;
    half.server = proto::Server::up;
    half.read_only = true;
    half.clients_only = true;

    auto writer = AgentUnderTest::writer();
    writer.pass(1s);
    writer.step(half);
    CHECK(writer.started<SetWritable>());
    CHECK(writer.logged(LogLevel::warning));

    auto other = AgentUnderTest::idle("db1");
    other.grant({});
    other.step(half);
    CHECK(other.started<SetReadOnly>());
    CHECK(other.logged(LogLevel::warning));
}

TEST_CASE("before the first order read_only is nobody's business") {
    auto agent = AgentUnderTest::idle("db1");
    agent.see_server(false);
    CHECK(agent.all<StartTask>().empty());
    agent.pass_hearing_monitor(3s);
    CHECK(agent.all<StartTask>().empty());
    CHECK_FALSE(agent.state.writer.read_only_owed);
}

TEST_CASE("a grant overtakes the guard of read_only") {
    auto agent = AgentUnderTest::idle("db1");
    agent.grant({});
    agent.see_server(false);
    REQUIRE(agent.started<SetReadOnly>());
    const TaskId guarding = agent.state.last_task;
    agent.grant({{writer_slot(), 3}});
    REQUIRE(agent.all<CancelTask>().size() == 1);
    CHECK(agent.all<CancelTask>().front().id == guarding);
    agent.succeed();
    CHECK(agent.started<SetWritable>());
}

TEST_CASE("a look at the server that began before a task ended doesn't undo what the task read back") {
    auto agent = AgentUnderTest::writer();
    agent.see_server(true);
    agent.succeed();
    agent.pass(100ms);
    agent.see_server(true);
    CHECK(agent.all<StartTask>().empty());
    agent.pass(kSettle);
    agent.see_server(true);
    CHECK(agent.started<SetWritable>());
}
