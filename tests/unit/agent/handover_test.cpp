#include <catch2/catch.hpp>

#include "core/agent/privileged.hpp"
#include "core/agent/status.hpp"
#include "core/agent/writer.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using namespace mmm::agent::test;

namespace {

void order_freeze(AgentUnderTest& agent, proto::Freeze freeze) {
    proto::Order wanted;
    wanted.state = HostState::online;
    wanted.slots = {{writer_slot(), 3}};
    wanted.freeze = freeze;
    agent.order(wanted);
}

proto::Handover handover(const AgentUnderTest& agent) {
    return agent.all<SendStatus>().back().status.handover;
}

/// The writer, its writes stopped at 0-1-7.
AgentUnderTest frozen_writer() {
    auto agent = AgentUnderTest::writer();
    order_freeze(agent, proto::Freeze::careful);
    agent.succeed("0-1-7");
    return agent;
}

}  // namespace

TEST_CASE("a writer that is about to move stops writes and keeps role and address") {
    auto agent = AgentUnderTest::writer();
    order_freeze(agent, proto::Freeze::careful);
    REQUIRE(agent.started<FreezeWrites>());
    CHECK(agent.started<FreezeWrites>()->grace == 1s);
    CHECK_FALSE(agent.started<FreezeWrites>()->forced);
    CHECK(handover(agent) == proto::Handover::freezing);
    agent.step(TaskDone{agent.state.last_task, std::string("2 sessions ended"), "0-1-7", "0-1-7,0-2-3"});
    CHECK(handover(agent) == proto::Handover::frozen);
    const auto status = agent.all<SendStatus>().back().status;
    CHECK(status.position == "0-1-7");
    CHECK(status.history == "0-1-7,0-2-3");
    CHECK(status.granted.contains(writer_slot()));
    CHECK(agent.all<RemoveAddress>().empty());
    agent.pass_hearing_monitor(3s);
    CHECK(agent.state.writer.step == WriterStep::frozen);
    CHECK_FALSE(agent.all<PutAddress>().empty());  // renewed
}

TEST_CASE("a writer whose writes are stopped leaves without another grace") {
    auto agent = frozen_writer();
    agent.grant({});
    REQUIRE(agent.started<SetReadOnly>());
    agent.succeed("0-1-7");
    REQUIRE(agent.started<EndClients>());
    CHECK(agent.started<EndClients>()->grace == 0s);
    // Somebody who may write to a read-only server did until it was ended.
    agent.succeed("0-1-8");
    CHECK(agent.all<RemoveAddress>().size() == 1);
    agent.step(AddressesSeen{});
    CHECK(agent.all<SendStatus>().back().status.position == "0-1-8");
}

TEST_CASE("who may write to a read-only server is locked out until the replicas had time to follow the new writer") {
    for (const bool another_serves : {false, true}) {
        auto agent = frozen_writer();
        agent.grant({});
        agent.succeed("0-1-7");
        agent.succeed("0-1-7");
        agent.step(AddressesSeen{});
        agent.pass_hearing_monitor(500ms);
        CHECK_FALSE(agent.started<Unlock>());
        proto::Order wanted;
        wanted.state = HostState::online;
        if (another_serves) wanted.active_master = "db2";
        agent.order(wanted);
        agent.pass_hearing_monitor(900ms);
        CHECK_FALSE(agent.started<Unlock>());
        agent.pass_hearing_monitor(200ms);
        CHECK(agent.started<Unlock>().has_value() == another_serves);
        agent.succeed();
        agent.pass_hearing_monitor(5s);
        CHECK(agent.started<Unlock>().has_value() != another_serves);
    }
}

TEST_CASE("granted anew, a host unlocks before it applies what it received") {
    auto agent = frozen_writer();
    agent.grant({});
    agent.succeed("0-1-7");
    agent.succeed("0-1-7");
    agent.step(AddressesSeen{});
    agent.grant({{writer_slot(), 4}});
    CHECK(agent.started<Unlock>());
    CHECK(agent.started<Drain>());
}

TEST_CASE("a move that is given up lets writes go on") {
    for (const bool in_time : {true, false}) {
        auto agent = AgentUnderTest::writer();
        order_freeze(agent, proto::Freeze::careful);
        if (in_time) agent.succeed("0-1-7");
        order_freeze(agent, proto::Freeze::no);
        CHECK(agent.all<CancelTask>().size() == (in_time ? 0 : 1));
        REQUIRE(agent.started<SetWritable>());
        agent.succeed();
        CHECK(agent.state.writer.step == WriterStep::hold);
        CHECK_FALSE(agent.state.writer.locked);
        CHECK(handover(agent) == proto::Handover::none);
        CHECK(agent.all<SendStatus>().back().status.position.empty());
    }
}

TEST_CASE("writes that can't be stopped go on, and the reason is told until the order is without the move") {
    auto agent = AgentUnderTest::writer();
    order_freeze(agent, proto::Freeze::forced);
    CHECK(agent.started<FreezeWrites>()->forced);
    agent.end_task(fail(Code::timeout, "in the way: 17 app@192.168.10.1:4711, for 12 s: UPDATE t SET x=?"));
    REQUIRE(agent.started<SetWritable>());
    CHECK(handover(agent) == proto::Handover::refused);
    CHECK(agent.all<SendStatus>().back().status.refusal ==
          "in the way: 17 app@192.168.10.1:4711, for 12 s: UPDATE t SET x=?");
    agent.succeed();
    agent.pass_hearing_monitor(2s);
    CHECK_FALSE(agent.started<FreezeWrites>());
    order_freeze(agent, proto::Freeze::no);
    CHECK(handover(agent) == proto::Handover::none);
    order_freeze(agent, proto::Freeze::careful);
    CHECK(agent.started<FreezeWrites>());
}

TEST_CASE("stopped writes go on when nobody brings the move to its end") {
    struct Row {
        const char* what;
        void (*happens)(AgentUnderTest&);
    };
    const Row rows[] = {
        {"the link is gone", [](AgentUnderTest& agent) { agent.step(LinkClosed{"gone"}); }},
        {"the time is over", [](AgentUnderTest& agent) { agent.pass_hearing_monitor(16s); }},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto agent = frozen_writer();
        row.happens(agent);
        CHECK(agent.started<SetWritable>());
        CHECK(agent.all<RemoveAddress>().empty());
        agent.succeed();
        CHECK(agent.state.writer.step == WriterStep::hold);
    }
}

TEST_CASE("a write that comes all the same moves the position that the new writer has to reach") {
    auto agent = frozen_writer();
    agent.pass_hearing_monitor(1s);
    ServerSeen seen;
    seen.server = proto::Server::up;
    seen.read_only = true;
    seen.complete = true;
    seen.position = "0-1-9";
    agent.step(seen);
    CHECK(agent.logged(LogLevel::warning));
    CHECK(agent.state.writer.frozen_position == "0-1-9");
    seen.read_only = false;
    agent.step(seen);
    CHECK(agent.started<FreezeWrites>());
}

TEST_CASE("a mysqld that goes away while writes are stopped ends the move, and is waited for as a holder's is") {
    auto agent = frozen_writer();
    agent.see_server_as(proto::Server::down);
    CHECK(agent.state.writer.step == WriterStep::hold);
    CHECK(handover(agent) == proto::Handover::refused);
    CHECK(agent.all<RemoveAddress>().empty());
}

TEST_CASE("the new writer tells when it has applied what the old one wrote") {
    auto agent = AgentUnderTest::idle("db2");
    proto::Order wanted;
    wanted.state = HostState::online;
    wanted.await = "0-1-7";
    wanted.await_history = "0-1-7";
    agent.order(wanted);
    REQUIRE(agent.started<CatchUp>());
    CHECK(agent.started<CatchUp>()->position == "0-1-7");
    CHECK(agent.started<CatchUp>()->history == "0-1-7");
    agent.end_task(fail(Code::timeout, "not applied in time: 0-1-7"));
    CHECK(agent.all<SendStatus>().back().status.problem ==
          "hasn't caught up with the writer: not applied in time: 0-1-7");
    agent.pass_hearing_monitor(1s);
    REQUIRE(agent.started<CatchUp>());
    agent.succeed();
    CHECK(agent.all<SendStatus>().back().status.reached == "0-1-7");
    CHECK(agent.all<SendStatus>().back().status.problem.empty());
    wanted.await = "0-1-9";
    agent.order(wanted);
    CHECK(agent.started<CatchUp>()->position == "0-1-9");
    wanted.await.clear();
    agent.order(wanted);
    CHECK(agent.all<CancelTask>().size() == 1);
    CHECK(agent.all<SendStatus>().back().status.reached.empty());
}

TEST_CASE("a host that isn't the writer names sessions that can write to it, or has them ended") {
    for (const bool end : {false, true}) {
        auto agent = AgentUnderTest::idle("db2");
        agent.config.end_privileged = end;
        agent.grant({});
        agent.pass_hearing_monitor(kPrivilegedPeriod);
        REQUIRE(agent.started<ListPrivileged>());
        CHECK(agent.started<ListPrivileged>()->end == end);
        agent.end_task(std::string("17 root@localhost"));
        CHECK(agent.logged(LogLevel::warning));
        CHECK(report(agent.state, agent.now).privileged == (end ? "" : "17 root@localhost"));
        agent.pass_hearing_monitor(kPrivilegedPeriod);
        agent.end_task(fail(Code::permission, "our user needs the right SELECT on mysql.global_priv"));
        CHECK(agent.logged(end ? LogLevel::error : LogLevel::info));
        CHECK(agent.state.writer.privileged.empty());
    }
}

TEST_CASE("the writer names nobody who can write") {
    auto agent = AgentUnderTest::writer();
    agent.pass_hearing_monitor(2 * kPrivilegedPeriod);
    CHECK_FALSE(agent.started<ListPrivileged>());
}

TEST_CASE("the event scheduler follows the writer only if that is configured") {
    struct Row {
        const char* what;
        bool configured;
        bool writer;
        const char* events;
        std::optional<bool> switched;
    };
    const Row rows[] = {
        {"not configured", false, true, "OFF", std::nullopt}, {"on the writer", true, true, "OFF", true},
        {"on already", true, true, "ON", std::nullopt},       {"elsewhere", true, false, "ON", false},
        {"off already", true, false, "OFF", std::nullopt},    {"disabled", true, true, "DISABLED", std::nullopt},
        {"not known", true, false, "", std::nullopt},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto agent = row.writer ? AgentUnderTest::writer() : AgentUnderTest::idle("db2");
        agent.config.events_follow_writer = row.configured;
        if (!row.writer) agent.grant({});
        ServerSeen seen;
        seen.server = proto::Server::up;
        seen.read_only = !row.writer;
        seen.events = row.events;
        agent.step(seen);
        CHECK(agent.started<SetEvents>().has_value() == row.switched.has_value());
        if (row.switched) CHECK(agent.started<SetEvents>()->on == *row.switched);
        const bool disabled = row.events == std::string("DISABLED");
        CHECK((agent.all<SendStatus>().empty() || agent.all<SendStatus>().back().status.problem.empty()) != disabled);
    }
}
