#include <catch2/catch.hpp>

#include "core/agent/status.hpp"
#include "core/agent/tasks.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using config::OnDrainTimeout;
using proto::LateDrain;
using namespace std::chrono_literals;
using test::AgentUnderTest;
using test::writer_slot;

namespace {

AgentUnderTest arriving(OnDrainTimeout configured, LateDrain word = LateDrain::configured) {
    auto agent = AgentUnderTest::idle("db2");
    agent.config.on_drain_timeout = configured;
    agent.config.drain_timeout = 2s;
    proto::Order order;
    order.state = HostState::online;
    order.slots = {{writer_slot(), 3}};
    order.late_drain = word;
    agent.order(order);
    REQUIRE(agent.started<Drain>());
    return agent;
}

/// The order again, with the operator's word.
void say(AgentUnderTest& agent, LateDrain word) {
    proto::Order order = *agent.state.order;
    order.late_drain = word;
    agent.order(order);
}

void be_late(AgentUnderTest& agent) {
    agent.pass_hearing_monitor(agent.state.writer.drain_until - agent.now);
    if (running<Drain>(agent.state, Worker::replication) != nullptr) agent.end_task(fail(Code::timeout, "0-1-9"));
}

proto::AgentStatus told(const AgentUnderTest& agent) {
    return report(agent.state, agent.now);
}

}  // namespace

TEST_CASE("at the end of drain_timeout a new writer does as configured, or as the order says") {
    struct {
        OnDrainTimeout configured;
        LateDrain word;
        OnDrainTimeout done;
    } const cases[] = {
        {OnDrainTimeout::keep, LateDrain::configured, OnDrainTimeout::keep},
        {OnDrainTimeout::promote, LateDrain::configured, OnDrainTimeout::promote},
        {OnDrainTimeout::stop, LateDrain::configured, OnDrainTimeout::stop},
        {OnDrainTimeout::promote, LateDrain::wait, OnDrainTimeout::keep},
        {OnDrainTimeout::stop, LateDrain::wait, OnDrainTimeout::keep},
        {OnDrainTimeout::keep, LateDrain::promote, OnDrainTimeout::promote},
        {OnDrainTimeout::stop, LateDrain::promote, OnDrainTimeout::promote},
    };
    for (const auto& each : cases) {
        CAPTURE(static_cast<int>(each.configured), static_cast<int>(each.word));
        auto agent = arriving(each.configured, each.word);
        agent.pass_hearing_monitor(1900ms);
        CHECK(running<Drain>(agent.state, Worker::replication) != nullptr);
        be_late(agent);
        CHECK((running<Drain>(agent.state, Worker::replication) != nullptr) == (each.done == OnDrainTimeout::keep));
        CHECK((running<GiveUpRest>(agent.state, Worker::replication) != nullptr) ==
              (each.done == OnDrainTimeout::promote));
        CHECK(agent.state.writer.drain_stopped == (each.done == OnDrainTimeout::stop));
        CHECK_FALSE(busy(agent.state, Worker::fence));
    }
}

TEST_CASE("what is given up is in the log and in the status until the next grant") {
    auto agent = arriving(OnDrainTimeout::promote);
    ServerSeen seen;
    seen.server = proto::Server::up;
    seen.received = "0-1-9";
    agent.step(seen);
    be_late(agent);
    const auto* task = running<GiveUpRest>(agent.state, Worker::replication);
    REQUIRE(task != nullptr);
    CHECK(task->received == "0-1-9");
    agent.step(TaskDone{agent.state.last_task, std::string{}, "", "", {}, "0-1-8..9"});
    CHECK(agent.logged(LogLevel::error));
    CHECK(agent.started<SetWritable>());
    CHECK(told(agent).drain_lost == "0-1-8..9");
    agent.succeed();
    agent.step(AddressesSeen{{writer_slot()}});
    CHECK(told(agent).writer == proto::WriterPhase::holding);
    CHECK(told(agent).drain_lost == "0-1-8..9");
}

TEST_CASE("giving up that fails is tried again, and the host isn't writable before") {
    auto agent = arriving(OnDrainTimeout::promote);
    be_late(agent);
    agent.end_task(fail(Code::timeout, "the SQL thread doesn't stop"));
    CHECK_FALSE(agent.started<SetWritable>());
    CHECK(told(agent).problem.find("the SQL thread doesn't stop") != std::string::npos);
    agent.pass_hearing_monitor(1s);
    CHECK(agent.started<GiveUpRest>());
}

TEST_CASE("a host that stays down for the operator says so, and goes on at either word") {
    auto agent = arriving(OnDrainTimeout::stop);
    be_late(agent);
    CHECK(told(agent).problem.find("waiting for the operator: `mmm ctl move_role writer db2`") != std::string::npos);
    agent.pass_hearing_monitor(60s);
    CHECK(agent.all<StartTask>().empty());

    AgentUnderTest forced = agent;
    say(forced, LateDrain::promote);
    CHECK(forced.started<GiveUpRest>());

    say(agent, LateDrain::wait);
    REQUIRE(agent.started<Drain>());
    agent.succeed();
    CHECK(agent.started<SetWritable>());
    CHECK(told(agent).drain_lost.empty());
}

TEST_CASE(
    "what nobody within reach can give is done without when drain_timeout is over, but not where the move can be "
    "undone") {
    struct {
        OnDrainTimeout configured;
        LateDrain word;
        bool goes_without;
    } const cases[] = {
        {OnDrainTimeout::keep, LateDrain::configured, true},
        {OnDrainTimeout::stop, LateDrain::configured, false},
        {OnDrainTimeout::keep, LateDrain::wait, false},
    };
    for (const auto& each : cases) {
        auto agent = arriving(each.configured, each.word);
        const auto fail_to_fetch = [&] {
            agent.step(
                TaskDone{agent.state.last_task, fail(Code::unreachable, "db3 doesn't answer"), "", "", {}, "0-1-7..9"});
        };
        fail_to_fetch();
        CHECK_FALSE(agent.started<SetWritable>());
        agent.pass_hearing_monitor(1s);
        REQUIRE(running<Drain>(agent.state, Worker::replication) != nullptr);
        agent.pass_hearing_monitor(1s);
        if (running<Drain>(agent.state, Worker::replication) != nullptr) fail_to_fetch();
        CHECK(agent.started<SetWritable>().has_value() == each.goes_without);
        CHECK(told(agent).drain_lost == (each.goes_without ? "0-1-7..9" : ""));
    }
}

TEST_CASE("a slave that has more changes what is drained, and the order's hosts reach the task") {
    auto agent = arriving(OnDrainTimeout::keep);
    proto::Order order = *agent.state.order;
    order.catch_up = "0-1-8";
    order.catch_up_from = "db1";
    order.fetch = "0-1-9";
    order.fetch_from = "db3";
    agent.order(order);
    CHECK(agent.all<CancelTask>().size() == 1);
    REQUIRE(agent.started<Drain>());
    CHECK(*agent.started<Drain>() == Drain{"0-1-8", "db1", "0-1-9", "db3"});
    agent.order(order);
    CHECK(agent.all<StartTask>().empty());
}

TEST_CASE("a drain says what is left, at which rate and for how long, in the status and now and then in the log") {
    auto agent = arriving(OnDrainTimeout::keep);
    const auto progress = [&](std::uint64_t left) {
        agent.step(TaskProgress{agent.state.last_task, left, "0-1-9"});
        return told(agent).draining;
    };
    agent.pass_hearing_monitor(100ms);
    CHECK(progress(1554) == "applying what was received: 1,554 transactions left");
    CHECK(agent.logged(LogLevel::info));
    agent.pass_hearing_monitor(1s);
    CHECK(progress(1204) == "applying what was received: 1,204 transactions left, 350/s, 4 s");
    CHECK_FALSE(agent.logged(LogLevel::info));
    CHECK(progress(1) == "applying what was received: 1 transaction left");
    CHECK(progress(0) == "applying what was received: 0-1-9");
    agent.step(TaskProgress{agent.state.last_task + 7, 5, "another task's"});
    CHECK(told(agent).draining == "applying what was received: 0-1-9");
    agent.succeed();
    CHECK(told(agent).draining.empty());
}
