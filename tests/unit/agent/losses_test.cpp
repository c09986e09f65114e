#include "core/agent/losses.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using namespace std::chrono_literals;

namespace {

proto::Order asking(const std::string& gtids) {
    proto::Order order;
    order.state = HostState::awaiting_recovery;
    order.losses = gtids;
    return order;
}

/// db1, asked for these.
AgentUnderTest asked(const std::string& gtids) {
    AgentUnderTest agent = AgentUnderTest::idle("db1");
    agent.order(asking(gtids));
    return agent;
}

void end_reading(AgentUnderTest& agent, const std::string& gtid, const std::string& problem = "") {
    TaskDone done{agent.state.last_task, std::string(), ""};
    done.losses.transactions.push_back({gtid, "bl.000003:4"});
    done.losses.problem = problem;
    agent.step(done);
}

/// Reads once whatever else the agent wants to look at first is done.
bool begins_to_read(AgentUnderTest& agent) {
    for (int i = 0; i < 5; ++i) {
        if (agent.started<ReadLosses>()) return true;
        if (agent.all<StartTask>().empty()) agent.step(MonitorHeard{});
        if (agent.started<ReadLosses>()) return true;
        if (!agent.state.running.empty()) agent.succeed();
    }
    return false;
}

}  // namespace

TEST_CASE("what only this host has is read when the monitor asks for it, and told once on each link", "[scenario-28]") {
    AgentUnderTest agent = asked("0-1-101..102");
    REQUIRE(begins_to_read(agent));
    CHECK(agent.started<ReadLosses>()->gtids == "0-1-101..102");
    end_reading(agent, "0-1-101");
    REQUIRE(agent.all<SendLosses>().size() == 1);
    const proto::ReadLosses told = agent.all<SendLosses>().front().losses;
    CHECK(told.of == "0-1-101..102");
    CHECK(told.transactions.front().gtid == "0-1-101");
    agent.pass_hearing_monitor(120s);
    CHECK(agent.all<SendLosses>().empty());
    CHECK_FALSE(agent.started<ReadLosses>());  // all of it is known

    agent.step(LinkClosed{"gone"});
    agent.sequence = 0;
    agent.step(LinkOpened{});
    CHECK(agent.all<SendLosses>().empty());
    agent.order(asking("0-1-101..102"));
    CHECK(agent.all<SendLosses>().size() == 1);
}

TEST_CASE("what couldn't be read is told with the reason, and tried again after a minute") {
    AgentUnderTest agent = asked("0-1-101..102");
    REQUIRE(begins_to_read(agent));
    agent.end_task(fail(Code::permission, "BINLOG MONITOR is missing"));
    REQUIRE(agent.all<SendLosses>().size() == 1);
    CHECK(agent.all<SendLosses>().front().losses.problem == "its binary log can't be read: BINLOG MONITOR is missing");
    agent.pass_hearing_monitor(kReadLossesRetry - 5s);
    CHECK_FALSE(agent.started<ReadLosses>());
    agent.pass_hearing_monitor(10s);
    REQUIRE(agent.started<ReadLosses>());
    end_reading(agent, "0-1-101");
    CHECK(agent.all<SendLosses>().front().losses.problem.empty());
}

TEST_CASE("another question ends the reading, and the answer to an old one is nobody's") {
    AgentUnderTest agent = asked("0-1-101..102");
    REQUIRE(begins_to_read(agent));
    const TaskId old = agent.state.last_task;
    agent.order(asking("0-1-101..103"));
    CHECK(agent.all<CancelTask>().size() == 1);
    REQUIRE(agent.started<ReadLosses>());
    CHECK(agent.started<ReadLosses>()->gtids == "0-1-101..103");
    agent.step(TaskDone{old, std::string(), ""});
    CHECK(agent.all<SendLosses>().empty());
    agent.order(asking(""));
    CHECK(agent.all<CancelTask>().size() == 1);
    CHECK(agent.state.losses.of.empty());
}

TEST_CASE("nothing is read while the server is away, and replication goes before") {
    AgentUnderTest agent = AgentUnderTest::idle("db1");
    agent.see_server_as(proto::Server::down);
    agent.order(asking("0-1-101..102"));
    agent.pass_hearing_monitor(3s);
    CHECK_FALSE(agent.started<ReadLosses>());
    agent.see_server(true);
    REQUIRE(begins_to_read(agent));
    proto::Order stop = asking("0-1-101..102");
    stop.replication = proto::Replication::stop;
    agent.order(stop);
    CHECK(agent.started<StopReplication>());
}
