#include "core/agent/semi_sync.hpp"

#include <catch2/catch.hpp>

#include "core/agent/heartbeat.hpp"
#include "core/agent/status.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using namespace std::chrono_literals;

namespace {

/// The writer's server, with commits that have waited so long for an acknowledgement.
ServerSeen waiting(Duration oldest) {
    ServerSeen seen;
    seen.server = proto::Server::up;
    seen.read_only = false;
    seen.semi_sync = {true, true, true, 0, 1, 2, oldest, 600s, false};
    return seen;
}

AgentUnderTest holding_writer() {
    AgentUnderTest agent = AgentUnderTest::writer();
    agent.state.writer.step = WriterStep::hold;
    return agent;
}

}  // namespace

TEST_CASE("a writer whose commits wait for ever is left alone, or made asynchronous, as configured", "[scenario-47]") {
    struct {
        const char* what;
        config::SemiSyncStuck policy;
        WriterStep step;
        Duration oldest;
        bool ends;
    } const cases[] = {
        {"an alarm only", config::SemiSyncStuck::alarm, WriterStep::hold, 31s, false},
        {"long enough", config::SemiSyncStuck::async, WriterStep::hold, 30s, true},
        {"not yet", config::SemiSyncStuck::async, WriterStep::hold, 29s, false},
        {"not the writer", config::SemiSyncStuck::async, WriterStep::none, 31s, false},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        AgentUnderTest agent = holding_writer();
        agent.state.writer.step = each.step;
        agent.config.semi_sync_stuck = each.policy;
        agent.step(waiting(each.oldest));
        CHECK(agent.started<EndSemiSync>().has_value() == each.ends);
        CHECK(report(agent.state, agent.now).semi_sync.waiting == 2);
    }
}

TEST_CASE("that semi-synchronous replication was switched off is reported until it is on again", "[scenario-47]") {
    AgentUnderTest agent = holding_writer();
    agent.config.semi_sync_stuck = config::SemiSyncStuck::async;
    agent.step(waiting(31s));
    agent.end_task(fail(Code::permission, "REPLICATION MASTER ADMIN is missing"));
    CHECK(report(agent.state, agent.now).problem.find("REPLICATION MASTER ADMIN is missing") != std::string::npos);
    agent.step(waiting(31s));
    CHECK_FALSE(agent.started<EndSemiSync>());
    agent.pass_hearing_monitor(kEndSemiSyncRetry);
    REQUIRE(agent.started<EndSemiSync>());
    agent.succeed();
    agent.see_server(false);
    CHECK(report(agent.state, agent.now).problem.find("was switched off because") != std::string::npos);
    agent.step(waiting(31s));  // a look that began before
    CHECK_FALSE(report(agent.state, agent.now).problem.empty());
    agent.step(waiting(0s));
    agent.pass_hearing_monitor(kEndSemiSyncRetry);
    CHECK(report(agent.state, agent.now).problem.empty());
}

TEST_CASE("the writer renews the heartbeat each second where a table is configured, and nobody else does") {
    AgentUnderTest agent = holding_writer();
    agent.see_server(false);
    CHECK_FALSE(agent.started<Beat>());
    agent.config.checks[CheckKind::rep_backlog].heartbeat_table = "mmm.heartbeat";
    agent.see_server(false);
    REQUIRE(agent.started<Beat>());
    CHECK(agent.started<Beat>()->table == "mmm.heartbeat");
    agent.succeed();
    agent.pass(999ms);
    agent.see_server(false);
    CHECK_FALSE(agent.started<Beat>());
    agent.pass(1ms);
    agent.see_server(false);
    REQUIRE(agent.started<Beat>());

    // A failure is logged once, and told.
    agent.step(MonitorHeard{});
    agent.end_task(fail(Code::permission, "INSERT is missing"));
    CHECK(agent.logged(LogLevel::error));
    CHECK(report(agent.state, agent.now).problem.find("can't write the heartbeat: INSERT is missing") == 0);
    agent.pass(1s);
    agent.see_server(false);
    REQUIRE(agent.started<Beat>());
    agent.end_task(fail(Code::permission, "INSERT is missing"));
    CHECK_FALSE(agent.logged(LogLevel::error));
    agent.step(MonitorHeard{});

    // One under way is given up when the host isn't the writer any more.
    agent.pass(1s);
    agent.see_server(false);
    REQUIRE(agent.started<Beat>());
    agent.state.writer.step = WriterStep::none;
    agent.see_server(true);
    CHECK(agent.all<CancelTask>().size() == 1);
    agent.pass(1s);
    agent.see_server(true);
    CHECK_FALSE(agent.started<Beat>());
}
