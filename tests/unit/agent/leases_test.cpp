#include "core/agent/leases.hpp"

#include <catch2/catch.hpp>

#include "core/agent/holding.hpp"
#include "core/agent/status.hpp"
#include "core/lease/settings.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using test::reader_slot;
using test::writer_slot;
using namespace std::chrono_literals;

namespace {

lease::Epoch epoch(std::uint64_t counter) {
    return {counter, lease::kMonitor};
}

lease::PromiseRequest request(const AgentUnderTest& agent, const Slot& slot, std::uint64_t counter,
                              const HostName& target) {
    return {slot, epoch(counter), target, lease::voters_of(agent.config).hash()};
}

void order(AgentUnderTest& agent, const std::map<Slot, Epoch>& slots) {
    proto::Order wanted;
    wanted.state = HostState::online;
    wanted.slots = slots;
    wanted.leases = true;
    agent.order(wanted);
}

/// Two others of the five voters answer every round that the last step sent.
void support_rounds(AgentUnderTest& agent) {
    for (const auto& sent : agent.all<SendLease>()) {
        const auto* round = std::get_if<lease::Renewal>(&sent.message);
        if (round == nullptr || (sent.to != "db4" && sent.to != lease::kMonitor)) continue;
        lease::Support support{sent.to, round->holder, round->sent, round->slots};
        support.nonce = round->nonce;
        agent.step(LeaseHeard{sent.to, support});
    }
}

void lease_to(AgentUnderTest& agent, const Slot& slot, std::uint64_t counter) {
    const HostName self = agent.state.self;
    agent.step(LeaseHeard{lease::kMonitor, request(agent, slot, counter, self)});
    agent.step(LeaseHeard{lease::kMonitor, lease::Grant{self, slot, epoch(counter), agent.state.leases.voter.life.nonce,
                                                        lease::voters_of(agent.config).hash()}});
    support_rounds(agent);
}

/// db2, with a lease of the reader's address, which is on.
AgentUnderTest reader() {
    auto agent = AgentUnderTest::idle("db2");
    order(agent, {{reader_slot(), 2}});
    lease_to(agent, reader_slot(), 2);
    agent.step(AddressesSeen{{reader_slot()}});
    return agent;
}

lease::Report reported(const AgentUnderTest& agent) {
    return report(agent.state, agent.now).lease;
}

}  // namespace

TEST_CASE("a release is reported when the address is gone and the disk has it, not before") {
    auto agent = reader();
    CHECK(reported(agent).held.at(reader_slot()).leased);
    CHECK(reported(agent).released.empty());
    agent.disk_works = false;
    order(agent, {});
    CHECK(agent.all<RemoveAddress>().size() == 1);
    CHECK_FALSE(reported(agent).released.contains(reader_slot()));
    agent.step(AddressesSeen{});
    CHECK(reported(agent).held.empty());
    CHECK_FALSE(reported(agent).released.contains(reader_slot()));
    agent.disk_works = true;
    agent.pass_hearing_monitor(1100ms);
    CHECK(reported(agent).released.at(reader_slot()).relinquished == epoch(2));
}

TEST_CASE("a promise is no release while the address of a lapsed lease is on") {
    auto agent = reader();
    agent.step(LeaseHeard{lease::kMonitor, request(agent, reader_slot(), 3, "db3")});
    agent.pass_hearing_monitor(2100ms);
    CHECK(reported(agent).held.empty());
    CHECK_FALSE(reported(agent).released.contains(reader_slot()));
    agent.step(AddressesSeen{});
    CHECK(reported(agent).released.at(reader_slot()).promised == epoch(3));
}

TEST_CASE("what is on without a lease counts as held by contact until it is off") {
    AgentUnderTest agent("db2");
    agent.start({reader_slot()});
    agent.see_server(true);
    agent.step(LinkOpened{});
    CHECK(reported(agent).by_contact == Slots{reader_slot()});
    order(agent, {});
    CHECK(agent.all<RemoveAddress>().size() == 1);
    CHECK(reported(agent).by_contact == Slots{reader_slot()});
    agent.step(AddressesSeen{});
    CHECK(reported(agent).by_contact.empty());
}

TEST_CASE("a stall is no silence of the monitor: whoever was stopped listens as long as anybody before it asks") {
    auto agent = reader();
    agent.pass(1min);
    agent.step(Tick{});
    agent.step(AddressesSeen{});
    const auto asked = [&] {
        for (const auto& sent : agent.all<SendLease>())
            if (std::holds_alternative<lease::PromiseRequest>(sent.message)) return true;
        return false;
    };
    agent.pass_in_silence(5400ms);
    CHECK_FALSE(asked());
    agent.pass_in_silence(400ms);
    CHECK(asked());
}

TEST_CASE("of what waits for a disk that hangs the oldest is dropped") {
    auto agent = AgentUnderTest::idle("db2");
    agent.disk_answers = false;
    for (std::uint64_t counter = 1; counter <= 2 * kMostWaiting; ++counter) {
        agent.step(LeaseHeard{lease::kMonitor, request(agent, reader_slot(), counter, "db3")});
        CHECK(agent.all<SendLease>().empty());
    }
    REQUIRE(agent.state.leases.outbox.size() == kMostWaiting);
    agent.step(RecordSaved{true});
    CHECK(agent.all<SendLease>().empty());
    agent.step(RecordSaved{true});
    const auto sent = agent.all<SendLease>();
    REQUIRE(sent.size() == kMostWaiting);
    CHECK(std::get<lease::PromiseReply>(sent.front().message).epoch == epoch(kMostWaiting + 1));
}

TEST_CASE("short leases leave a writer alone as long as three quarters of them") {
    auto agent = AgentUnderTest::idle("db1");
    agent.config.lease = 1s;
    agent.start({});
    agent.see_server(true);
    agent.step(LinkOpened{});
    agent.sequence = 0;
    order(agent, {{writer_slot(), 2}});
    lease_to(agent, writer_slot(), 2);
    agent.pass_hearing_monitor(700ms);
    CHECK(agent.state.granted.contains(writer_slot()));
    agent.pass_hearing_monitor(100ms);
    CHECK_FALSE(agent.state.granted.contains(writer_slot()));
}

TEST_CASE("a writer whose newer grant finds no support lets go when its older lease ends, once") {
    auto agent = AgentUnderTest::idle("db1");
    order(agent, {{writer_slot(), 2}});
    lease_to(agent, writer_slot(), 2);
    agent.step(LeaseHeard{lease::kMonitor, request(agent, writer_slot(), 3, "db1")});
    agent.step(
        LeaseHeard{lease::kMonitor, lease::Grant{"db1", writer_slot(), epoch(3), agent.state.leases.voter.life.nonce,
                                                 request(agent, writer_slot(), 3, "db1").voters}});
    REQUIRE_FALSE(reported(agent).held.at(writer_slot()).leased);
    agent.pass_hearing_monitor(1400ms);
    CHECK(agent.state.granted.contains(writer_slot()));
    agent.pass_hearing_monitor(200ms);
    CHECK_FALSE(agent.state.granted.contains(writer_slot()));
    agent.pass_hearing_monitor(300ms);
    agent.step(AddressesSeen{});
    agent.step(AddressesSeen{});
    CHECK(agent.state.writer.step == WriterStep::none);
    CHECK_FALSE(agent.started<Drain>());
}

TEST_CASE("neither strangers nor other voters' words about slots that don't exist fill the record") {
    auto agent = AgentUnderTest::idle("db2");
    const Slot unknown{"reader", test::ip("192.168.10.99")};
    agent.step(LeaseHeard{lease::kMonitor, request(agent, unknown, 3, "db3")});
    agent.step(LeaseHeard{lease::kMonitor, request(agent, writer_slot(), 3, "db4")});
    agent.step(LeaseHeard{
        "db3", lease::Renewal{"db3", agent.now, lease::voters_of(agent.config).hash(), {{unknown, epoch(3)}}, 9}});
    agent.step(LeaseHeard{
        "db3",
        lease::Renewal{"db4", agent.now, lease::voters_of(agent.config).hash(), {{reader_slot(), epoch(3)}}, 9}});
    CHECK(agent.state.leases.voter.record.slots.empty());
}

TEST_CASE("rules of contact end what could be regranted, here and by this host's vote") {
    auto agent = reader();
    agent.grant({});
    agent.step(AddressesSeen{});
    CHECK_FALSE(agent.state.leases.voter.record.of(reader_slot()).accepted);
    auto of_other = request(agent, reader_slot(), 9, "db3");
    of_other.epoch.proposer = "db3";
    of_other.regrant_of = epoch(8);
    agent.step(LeaseHeard{"db3", of_other});
    CHECK(agent.all<SendLease>().empty());
    order(agent, {});
    agent.step(LeaseHeard{"db3", of_other});
    REQUIRE(agent.all<SendLease>().size() == 1);
    CHECK(std::get<lease::PromiseReply>(agent.all<SendLease>()[0].message).refusal == lease::Refusal::none);
}
