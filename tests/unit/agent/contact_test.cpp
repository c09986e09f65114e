#include "core/agent/contact.hpp"

#include <catch2/catch.hpp>

#include "core/agent/status.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using namespace std::chrono_literals;

TEST_CASE("every line of the monitor and every datagram of a known agent is contact, nothing else is") {
    struct Row {
        std::string what;
        Event event;
        bool contact;
    };
    const std::vector<Row> rows = {
        {"a line of the monitor", MonitorHeard{}, true},
        {"an order", OrderReceived{proto::Order{}}, true},
        {"a new link", LinkOpened{}, true},
        {"another agent", PeerHeard{"db2"}, true},
        {"ourselves", PeerHeard{"db1"}, false},
        {"a host that isn't in the configuration", PeerHeard{"db9"}, false},
        {"the server", ServerSeen{}, false},
        {"our addresses", AddressesSeen{{test::writer_slot()}}, false},
        {"time", Tick{}, false},
        {"the end of the link", LinkClosed{}, false},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto agent = AgentUnderTest::writer();
        const Time before = agent.state.contact.hold_until;
        agent.pass(500ms);
        agent.step(row.event);
        CHECK(agent.state.contact.hold_until == (row.contact ? agent.now + kSilenceLimit : before));
    }
}

TEST_CASE("a sealed datagram counts from when it can have been made, and undoes no newer sign") {
    auto agent = AgentUnderTest::writer();
    agent.pass(500ms);
    agent.step(PeerHeard{"db2", 700ms});
    CHECK(agent.state.contact.hold_until == agent.now - 500ms + kSilenceLimit);
    agent.step(PeerHeard{"db2", 100ms});
    CHECK(agent.state.contact.hold_until == agent.now - 100ms + kSilenceLimit);
    CHECK(hears(agent.state, agent.now) == std::set<HostName>{"db2"});
}

TEST_CASE("nothing on a closed link counts") {
    auto agent = AgentUnderTest::writer();
    agent.step(LinkClosed{"gone"});
    const Time before = agent.state.contact.hold_until;
    agent.pass(100ms);
    agent.step(MonitorHeard{});
    agent.grant({});
    CHECK(agent.state.contact.hold_until == before);
    CHECK(agent.state.order->sequence == 1);
}

TEST_CASE("everything is let go two seconds after the last contact, not earlier, and once") {
    auto agent = AgentUnderTest::writer();
    agent.pass_in_silence(1900ms);
    CHECK(agent.all<RemoveAddress>().empty());
    agent.pass_in_silence(100ms);
    REQUIRE(std::holds_alternative<RemoveAddress>(agent.effects.front()));
    CHECK(agent.all<CloseLink>().size() == 1);
    CHECK(agent.started<SetReadOnly>());
    CHECK(agent.state.granted.empty());
    CHECK_FALSE(agent.state.order);
    agent.step(AddressesSeen{});
    agent.succeed();
    agent.pass_in_silence(5s);
    CHECK(agent.all<RemoveAddress>().empty());
    CHECK(agent.all<CloseLink>().empty());
}

TEST_CASE("contact that comes at the very end of the silence is too late") {
    auto agent = AgentUnderTest::writer();
    agent.pass_in_silence(1900ms);
    agent.pass(100ms);
    agent.step(PeerHeard{"db2"});
    CHECK(agent.all<RemoveAddress>().size() == 1);
}

TEST_CASE("after an isolation only a new order on a new link brings anything back") {
    auto agent = AgentUnderTest::writer();
    agent.pass_in_silence(2s);
    agent.step(AddressesSeen{});
    agent.succeed();
    agent.step(PeerHeard{"db2"});
    agent.step(MonitorHeard{});
    agent.grant({{test::writer_slot(), 3}});
    CHECK(agent.state.granted.empty());
    agent.step(LinkOpened{});
    CHECK(agent.state.granted.empty());
    CHECK(agent.all<SendStatus>().back().status.order == 0);
    agent.grant({{test::writer_slot(), 3}});
    CHECK(agent.started<Drain>());
}

TEST_CASE("after each order the server is looked at, and the status says when that was done") {
    auto agent = AgentUnderTest::writer();
    const auto looked = [&] { return report(agent.state, agent.now).looked; };
    agent.grant({{test::writer_slot(), 3}});
    const std::uint64_t number = agent.all<LookAtServer>().back().number;
    CHECK_FALSE(looked());
    ServerSeen seen;
    seen.server = proto::Server::up;
    seen.look = number - 1;
    agent.step(seen);
    CHECK_FALSE(looked());
    seen.look = number;
    agent.step(seen);
    CHECK(looked());
    CHECK(agent.all<SendStatus>().back().status.looked);
    agent.grant({{test::writer_slot(), 4}});
    CHECK_FALSE(looked());
}

TEST_CASE("a pause of more than a second between steps is an isolation") {
    struct Row {
        Duration pause;
        bool stall;
    };
    for (const auto& row : {Row{100ms, false}, Row{1000ms, false}, Row{1001ms, true}, Row{1h, true}}) {
        INFO(row.pause.count());
        auto agent = AgentUnderTest::writer();
        agent.pass(row.pause);
        agent.step(MonitorHeard{});
        CHECK(agent.all<RemoveAddress>().size() == (row.stall ? 1 : 0));
        CHECK(agent.state.order.has_value() != row.stall);
    }
}

TEST_CASE("for 300 ms after a stall nothing from other hosts is believed") {
    auto agent = AgentUnderTest::writer();
    agent.pass(5s);
    agent.step(Tick{});
    const Time before = agent.state.contact.hold_until;
    agent.pass(299ms);
    agent.step(PeerHeard{"db2"});
    agent.step(LinkOpened{});
    CHECK(agent.all<CloseLink>().size() == 1);
    agent.grant({{test::writer_slot(), 3}});
    CHECK(agent.state.contact.hold_until == before);
    CHECK(agent.state.granted.empty());
    agent.pass(1ms);
    agent.step(PeerHeard{"db2"});
    CHECK(agent.state.contact.hold_until == agent.now + kSilenceLimit);
}

TEST_CASE("a link that has been silent for two seconds is dropped although other agents are heard") {
    auto agent = AgentUnderTest::writer();
    for (int i = 0; i < 19; ++i) {
        agent.pass(100ms);
        agent.step(PeerHeard{"db2"});
        CHECK(agent.all<CloseLink>().empty());
    }
    agent.pass(100ms);
    agent.step(Tick{});
    CHECK(agent.all<CloseLink>().size() == 1);
    CHECK(agent.state.granted.size() == 1);
}

TEST_CASE("an agent is heard for one second after its datagram") {
    auto agent = AgentUnderTest::idle("db1");
    agent.step(PeerHeard{"db2"});
    agent.pass(500ms);
    agent.step(PeerHeard{"db3"});
    agent.pass(500ms);
    CHECK(hears(agent.state, agent.now) == std::set<HostName>{"db2", "db3"});
    CHECK(hears(agent.state, agent.now + 1ms) == std::set<HostName>{"db3"});
}
