#include "core/monitor/canvass.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

using Hosts = std::set<HostName>;

/// db1, the writer, died at kStart; db2 is to have the role, and all have their orders.
State failing_over(const Config& config) {
    State state = good_order(config);
    state.hosts.at("db1").state = HostState::hard_offline;
    state.hosts.at("db1").status->server = proto::Server::down;
    state.active_master.clear();
    SlotRecord& record = state.slots.at(kWriter);
    record.holder = "db2";
    record.granted_to.clear();
    record.since = kStart;
    for (auto& [name, host] : state.hosts) {
        host.order.emplace();
        host.order->sequence = 7;
        host.order_accepted = true;
        host.status->order = 7;
        host.status->handover = proto::Handover::none;
    }
    return state;
}

Hosts awaited(const Config& config, const State& state, Duration after = 20ms) {
    return awaited_words(config, state, kWriter, kStart + after);
}

}  // namespace

TEST_CASE("a new writer waits until every other host's server was looked at since the old one is gone") {
    const Config config = five_hosts();
    State state = failing_over(config);
    CHECK(awaited(config, state) == Hosts{"db2", "db3", "db4"});
    state.hosts.at("db2").status->looked = true;
    state.hosts.at("db3").status->looked = true;
    CHECK(awaited(config, state) == Hosts{"db4"});
    SECTION("a look that was before the newest order doesn't count") {
        state.hosts.at("db3").order->sequence = 8;
        CHECK(awaited(config, state) == Hosts{"db3", "db4"});
    }
    SECTION("one that never answers holds it up for 300 ms") {
        CHECK(awaited(config, state, 299ms) == Hosts{"db4"});
        CHECK(awaited(config, state, 300ms).empty());
    }
    SECTION("what it is to fetch has to be known to it") {
        state.hosts.at("db4").status->looked = true;
        state.slots.at(kWriter).fetch = "0-1-9";
        CHECK(awaited(config, state) == Hosts{"db2"});
        state.hosts.at("db2").order->fetch = "0-1-9";
        CHECK(awaited(config, state).empty());
        state.hosts.at("db2").order_accepted = false;
        CHECK(awaited(config, state) == Hosts{"db2"});
    }
}

TEST_CASE("nobody is waited for who can't have more, or can't say so") {
    struct {
        const char* name;
        void (*change)(State&);
        Hosts awaited;
    } const cases[] = {
        {"its agent is away", [](State& s) { s.hosts.at("db3").heard = kStart - 10s; }, {"db4"}},
        {"its server is down", [](State& s) { s.hosts.at("db3").status->server = proto::Server::down; }, {"db4"}},
        {"an older agent",
         [](State& s) { s.hosts.at("db3").status->handover = proto::Handover::unsupported; },
         {"db4"}},
        {"version 1", [](State& s) { s.hosts.at("db3").version1 = true; }, {"db4"}},
        {"quarantined", [](State& s) { s.hosts.at("db3").quarantined = true; }, {"db4"}},
        {"a planned move has its own steps", [](State& s) { s.move.emplace(); }, {}},
        {"no new writer yet", [](State& s) { s.slots.at(kWriter).holder.clear(); }, {}},
        {"the writer itself", [](State& s) { s.active_master = "db2"; }, {}},
        {"the old one tells where it ended",
         [](State& s) {
             s.hosts.at("db1").status->server = proto::Server::up;
             s.slots.at(kWriter).catch_up = "0-1-9";
             s.slots.at(kWriter).catch_up_of = "db1";
         },
         {}},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = failing_over(config);
        state.hosts.at("db2").status->looked = true;
        each.change(state);
        CHECK(awaited(config, state) == each.awaited);
    }
    State state = failing_over(config);
    CHECK(awaited_words(config, state, Slot{"reader", *Address::parse("192.168.10.129")}, kStart).empty());
}
