#include "core/monitor/canvass.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/plan.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

using Hosts = std::set<HostName>;

/// db1's server died at kStart and its agent says so; db2 is to have the role, and all have the orders from before.
State failing_over(const Config& config) {
    State state = good_order(config);
    state.sequence = 7;
    state.hosts.at("db1").state = HostState::hard_offline;
    state.hosts.at("db1").status->server = proto::Server::down;
    state.active_master.clear();
    SlotRecord& record = state.slots.at(kWriter);
    record.holder = "db2";
    record.granted_to.clear();
    record.since = kStart;
    record.maybe_held = {"db1"};
    for (auto& [name, host] : state.hosts) {
        host.order.emplace();
        host.order->sequence = 7;
        host.order_accepted = true;
        host.status->order = 7;
        host.status->looked = true;
        host.status->handover = proto::Handover::none;
    }
    state.hosts.at("db1").order->slots.emplace(kWriter, 1);
    return state;
}

void answer(State& state, const HostName& name, bool looked = true) {
    HostRecord& host = state.hosts.at(name);
    host.status->order = host.order->sequence;
    host.status->looked = looked;
    host.order_accepted = true;
}

Hosts awaited(const Config& config, State& state, Duration after = 20ms) {
    note_canvass(config, state, kStart + after);
    const auto& canvass = state.slots.at(kWriter).canvass;
    return canvass ? canvass->awaited : Hosts{};
}

Hosts send(const Config& config, State& state) {
    Effects effects;
    send_orders(config, state, effects);
    Hosts sent;
    for (const auto& effect : of_kind<SendOrder>(effects)) sent.insert(effect.host);
    return sent;
}

}  // namespace

TEST_CASE("a new writer waits until every other host's server was looked at since the old one is gone") {
    const Config config = five_hosts();
    State state = failing_over(config);
    REQUIRE(awaited(config, state, 0ms) == Hosts{"db2", "db3", "db4"});
    send(config, state);
    CHECK(awaited(config, state) == Hosts{"db2", "db3", "db4"});  // what they said was on earlier orders
    answer(state, "db2");
    answer(state, "db3");
    answer(state, "db4", false);
    CHECK(awaited(config, state) == Hosts{"db4"});
    CHECK_FALSE(is_canvassed(config, state, kWriter, kStart + 20ms));
    SECTION("who has looked needs not do it again for later orders") {
        state.hosts.at("db3").order->sequence = 99;
        CHECK(awaited(config, state) == Hosts{"db4"});
    }
    SECTION("one that never answers holds it up for 300 ms") {
        CHECK(awaited(config, state, 299ms) == Hosts{"db4"});
        CHECK(awaited(config, state, 300ms).empty());
        CHECK(is_canvassed(config, state, kWriter, kStart + 300ms));
    }
    SECTION("what it is to fetch has to be known to it") {
        answer(state, "db4");
        CHECK(awaited(config, state).empty());
        CHECK(is_canvassed(config, state, kWriter, kStart + 20ms));
        state.slots.at(kWriter).fetch = "0-1-9";
        CHECK_FALSE(is_canvassed(config, state, kWriter, kStart + 20ms));
        state.hosts.at("db2").order->fetch = "0-1-9";
        CHECK(is_canvassed(config, state, kWriter, kStart + 20ms));
        state.hosts.at("db2").order_accepted = false;
        CHECK_FALSE(is_canvassed(config, state, kWriter, kStart + 20ms));
    }
}

TEST_CASE("hosts are told to look once, also where their order is the same") {
    const Config config = five_hosts();
    State state = failing_over(config);
    send(config, state);
    for (const auto* name : {"db1", "db2", "db3", "db4"}) answer(state, name);
    CHECK(send(config, state).empty());
    awaited(config, state);
    CHECK(send(config, state) == Hosts{"db2", "db3", "db4"});
    CHECK(send(config, state).empty());
}

TEST_CASE("an address whose server is down stays where it is until all have looked") {
    const Config config = five_hosts();
    State state = failing_over(config);
    awaited(config, state, 0ms);
    send(config, state);
    const auto has_it = [&] { return order_for(config, state, "db1").slots.contains(kWriter); };
    CHECK(has_it());
    SECTION("they have") {
        for (const auto* name : {"db2", "db3", "db4"}) answer(state, name);
        awaited(config, state);
        CHECK_FALSE(has_it());
    }
    SECTION("they don't in time") {
        awaited(config, state, 300ms);
        CHECK_FALSE(has_it());
    }
    SECTION("the server is there again: it could be written to") {
        state.hosts.at("db1").status->server = proto::Server::up;
        CHECK_FALSE(has_it());
    }
    SECTION("what it was told to give up isn't given back") {
        state.hosts.at("db1").order->slots.clear();
        CHECK_FALSE(has_it());
    }
}

TEST_CASE("while the old writer may still take writes nobody is asked: only when it is to be granted") {
    const Config config = five_hosts();
    State state = failing_over(config);
    state.hosts.at("db1").heard = kStart - 10s;
    CHECK(awaited(config, state).empty());
    CHECK_FALSE(state.slots.at(kWriter).canvass);
    for (const auto* name : {"db2", "db3", "db4"}) state.hosts.at(name).heard = kStart + 2s;
    CHECK_FALSE(is_canvassed(config, state, kWriter, kStart + 2s));
    CHECK(awaited(config, state, 2s) == Hosts{"db2", "db3", "db4"});
    CHECK(is_canvassed(config, state, kWriter, kStart + 2300ms));
}

TEST_CASE("nobody is waited for who can't have more, or can't say so") {
    struct {
        const char* name;
        void (*change)(State&);
        Hosts awaited;
    } const cases[] = {
        {"its agent is away", [](State& s) { s.hosts.at("db3").heard = kStart - 10s; }, {"db2", "db4"}},
        {"its server is down",
         [](State& s) { s.hosts.at("db3").status->server = proto::Server::down; },
         {"db2", "db4"}},
        {"an older agent",
         [](State& s) { s.hosts.at("db3").status->handover = proto::Handover::unsupported; },
         {"db2", "db4"}},
        {"version 1", [](State& s) { s.hosts.at("db3").version1 = true; }, {"db2", "db4"}},
        {"quarantined", [](State& s) { s.hosts.at("db3").quarantined = true; }, {"db2", "db4"}},
        {"a planned move has its own steps", [](State& s) { s.move.emplace(); }, {}},
        {"no new writer yet", [](State& s) { s.slots.at(kWriter).holder.clear(); }, {}},
        {"the writer itself", [](State& s) { s.active_master = "db2"; }, {}},
        {"it has the role by now", [](State& s) { s.slots.at(kWriter).granted_to = "db2"; }, {}},
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
        each.change(state);
        CHECK(awaited(config, state) == each.awaited);
        CHECK(is_canvassed(config, state, kWriter, kStart + 20ms) == each.awaited.empty());
    }
    State state = failing_over(config);
    CHECK(is_canvassed(config, state, Slot{"reader", *Address::parse("192.168.10.129")}, kStart));
}
