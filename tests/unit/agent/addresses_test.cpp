#include "core/agent/addresses.hpp"

#include <catch2/catch.hpp>

#include "core/agent/tasks.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using test::reader_slot;
using test::writer_slot;
using namespace std::chrono_literals;

namespace {

AgentUnderTest reader() {
    auto agent = AgentUnderTest::idle("db3");
    agent.grant({{reader_slot(), 1}});
    return agent;
}

}  // namespace

TEST_CASE("a lifetime is the whole seconds that are left, and one; nothing when nothing is left") {
    struct Row {
        Duration left;
        std::optional<std::chrono::seconds> lifetime;
    };
    const Time now{1000s};
    for (const auto& row : {Row{2000ms, 3s}, Row{1999ms, 2s}, Row{1000ms, 2s}, Row{999ms, 1s}, Row{1ms, 1s},
                            Row{0ms, std::nullopt}, Row{-5ms, std::nullopt}}) {
        INFO(row.left.count());
        CHECK(lifetime(now + row.left, now) == row.lifetime);
    }
}

TEST_CASE("a granted reader address is put at once, and announced once it is seen, after 1 s, then every 30 s") {
    auto agent = reader();
    REQUIRE(agent.all<PutAddress>().size() == 1);
    CHECK(agent.all<Announce>().empty());
    agent.step(AddressesSeen{{reader_slot()}});
    CHECK(agent.all<Announce>().size() == 1);
    agent.pass_hearing_monitor(900ms);
    CHECK(agent.all<Announce>().empty());
    agent.pass_hearing_monitor(100ms);
    CHECK(agent.all<Announce>().size() == 1);
    agent.pass_hearing_monitor(29900ms);
    CHECK(agent.all<Announce>().empty());
    agent.pass_hearing_monitor(100ms);
    CHECK(agent.all<Announce>().size() == 1);
}

TEST_CASE("where leases are shorter than contact's 2 s an address held by contact lasts no longer than a lease") {
    // Its lease may begin at any moment, and the wait for that counts from the last support.
    for (const auto& [lease, lifetime] : {std::pair(1000ms, 2s), std::pair(1500ms, 2s), std::pair(2000ms, 3s)}) {
        INFO(lease.count());
        auto agent = AgentUnderTest::idle("db3");
        agent.state.leases.timing.lease = lease;
        agent.grant({{reader_slot(), 1}});
        REQUIRE(agent.all<PutAddress>().size() == 1);
        CHECK(agent.all<PutAddress>().front().lifetime == lifetime);
    }
}

TEST_CASE("an address is renewed every 500 ms after new contact, and never without") {
    auto agent = reader();
    agent.step(AddressesSeen{{reader_slot()}});
    agent.pass_hearing_monitor(5s);
    CHECK(agent.all<PutAddress>().size() == 10);
    agent.pass_in_silence(500ms);
    CHECK(agent.all<PutAddress>().size() <= 1);
    agent.pass_in_silence(1400ms);
    CHECK(agent.all<PutAddress>().empty());
}

TEST_CASE("a put that was never seen to work is tried again every 500 ms") {
    auto agent = reader();
    agent.step(AddressFailed{reader_slot(), Error{Code::io, "no such device", 19}});
    CHECK(agent.all<SendStatus>().back().status.problem.find("no such device") != std::string::npos);
    agent.step(AddressesSeen{});
    agent.pass_hearing_monitor(5s);
    CHECK(agent.all<PutAddress>().size() == 10);
    CHECK(agent.all<Announce>().empty());
    CHECK_FALSE(agent.logged(LogLevel::error));
}

TEST_CASE("an address that somebody removed is put back at once, with a warning that names it") {
    auto agent = reader();
    agent.step(AddressesSeen{{reader_slot()}});
    agent.step(AddressesSeen{});
    CHECK(agent.all<PutAddress>().size() == 1);
    REQUIRE(agent.logged(LogLevel::warning));
    CHECK(agent.all<Log>().back().fields.front().second == reader_slot().text());
    agent.step(AddressesSeen{{reader_slot()}});
    CHECK(agent.all<Announce>().size() == 1);
}

TEST_CASE("what was seen before the address could be put is no removal") {
    auto agent = reader();
    agent.step(AddressesSeen{});
    CHECK(agent.all<PutAddress>().empty());
    CHECK_FALSE(agent.logged(LogLevel::warning));
}

TEST_CASE("an address that is no longer granted is removed, and again every 500 ms while it is seen") {
    auto agent = reader();
    agent.step(AddressesSeen{{reader_slot()}});
    agent.grant({});
    CHECK(agent.all<RemoveAddress>().size() == 1);
    agent.step(AddressFailed{reader_slot(), Error{Code::permission, "not permitted", 1}});
    agent.step(AddressesSeen{{reader_slot()}});
    agent.pass_hearing_monitor(2s);
    CHECK(agent.all<RemoveAddress>().size() == 4);
    CHECK(agent.all<PutAddress>().empty());
    agent.step(AddressesSeen{});
    agent.pass_hearing_monitor(2s);
    CHECK(agent.all<RemoveAddress>().empty());
    CHECK(agent.state.addresses.problems.empty());
}

TEST_CASE("a slot's address that appears without a grant is removed, also one that this host may never hold") {
    for (const auto& slot : {reader_slot(), writer_slot()}) {
        auto agent = AgentUnderTest::idle("db3");
        agent.step(AddressesSeen{{slot}});
        REQUIRE(agent.all<RemoveAddress>().size() == 1);
        CHECK(agent.all<RemoveAddress>().front().slot == slot);
    }
}

TEST_CASE("granted again while its removal is on the way, an address is put again") {
    auto agent = reader();
    agent.step(AddressesSeen{{reader_slot()}});
    agent.grant({});
    agent.grant({{reader_slot(), 2}});
    CHECK(agent.all<PutAddress>().size() == 1);
    agent.step(AddressesSeen{});
    CHECK_FALSE(agent.logged(LogLevel::warning));
}

TEST_CASE("an adopted address is renewed only after contact, and announced only when an order confirms it") {
    AgentUnderTest agent("db3");
    agent.step(Started{{reader_slot()}});
    agent.pass_in_silence(1500ms);
    CHECK(agent.all<PutAddress>().empty());
    agent.step(PeerHeard{"db1"});
    CHECK(agent.all<PutAddress>().size() == 1);
    CHECK(agent.all<Announce>().empty());
    agent.step(LinkOpened{});
    agent.grant({{reader_slot(), 1}});
    CHECK(agent.all<Announce>().size() == 1);
}

TEST_CASE("an adopted address that goes before an order confirmed it stays away") {
    AgentUnderTest agent("db3");
    agent.step(Started{{reader_slot()}});
    agent.step(PeerHeard{"db1"});
    agent.step(AddressesSeen{});
    CHECK(agent.all<PutAddress>().empty());
    CHECK(agent.state.granted.empty());
}

TEST_CASE("a writer's adopted address that goes after an order confirmed it is taken anew") {
    AgentUnderTest agent("db1");
    agent.step(Started{{writer_slot()}});
    agent.step(LinkOpened{});
    agent.grant({{writer_slot(), 3}});
    agent.step(AddressesSeen{});
    CHECK(agent.state.granted == std::map<Slot, Epoch>{{writer_slot(), 3}});
    agent.see_server(true);
    agent.step(AddressesSeen{});
    CHECK(running<Drain>(agent.state, Worker::replication) != nullptr);
}

TEST_CASE("at the start what this host may not hold is removed, the rest stays") {
    AgentUnderTest agent("db3");
    agent.step(Started{{reader_slot(), writer_slot()}});
    REQUIRE(agent.all<RemoveAddress>().size() == 1);
    CHECK(agent.all<RemoveAddress>().front().slot == writer_slot());
    CHECK(agent.state.granted == std::map<Slot, Epoch>{{reader_slot(), 0}});
}

TEST_CASE("the first order on a new link announces everything again") {
    auto agent = reader();
    agent.step(AddressesSeen{{reader_slot()}});
    agent.step(LinkClosed{"cut"});
    agent.step(LinkOpened{});
    agent.sequence = 0;
    agent.grant({{reader_slot(), 1}});
    CHECK(agent.all<Announce>().size() == 1);
    CHECK(agent.all<PutAddress>().empty());
}
