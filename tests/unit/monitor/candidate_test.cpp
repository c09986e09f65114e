#include "core/monitor/candidate.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/allocate.hpp"
#include "core/monitor/plan.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

void at_position(State& state, const HostName& host, const std::string& position, const std::string& received = "") {
    state.hosts.at(host).status->position = position;
    state.hosts.at(host).status->received = received;
}

/// db1, the writer, died; db2 is to have the role.
State failing_over(const Config& config) {
    State state = good_order(config);
    state.hosts.at("db1").state = HostState::hard_offline;
    silence(state, "db1", 10s);
    state.active_master.clear();
    SlotRecord& slot = state.slots.at(kWriter);
    slot.holder = slot.granted_to = "db2";
    return state;
}

void watch(const Config& config, State& state) {
    Effects effects;
    watch_fetch(config, state, kStart, effects);
}

}  // namespace

TEST_CASE(
    "of two hosts that may take the writer role the one with most data does, received or applied; prefer breaks ties") {
    const std::string uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562:";
    struct {
        const char* name;
        std::string position1, received1, position2, received2;
        const char* prefer;
        const char* holder;
    } const cases[] = {
        {"more applied", "0-1-7", "", "0-1-9", "", "", "db2"},
        {"more received", "0-1-9", "0-1-9", "0-1-7", "0-1-12", "", "db2"},
        {"more data than the preferred", "0-1-7", "", "0-1-9", "", "db1", "db2"},
        {"the same: prefer", "0-1-9", "", "0-1-7", "0-1-9", "db2", "db2"},
        {"the same: no preference", "0-1-9", "", "0-1-9", "", "", "db1"},
        {"unknown is never most", "0-1-9", "", "", "", "", "db1"},
        {"unknown is not least either", "0-1-9", "", "", "", "db2", "db2"},
        {"not a position", "0-1-9", "", "nonsense", "", "", "db1"},
        {"each has what the other lacks: prefer", "0-1-9,1-1-1", "", "0-1-8,1-1-3", "", "db2", "db2"},
        {"MySQL", uuid + "1-5", "", uuid + "1-4", uuid + "5-7", "", "db2"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Config config = five_hosts();
        config.roles["writer"].prefer = each.prefer;
        State state = good_order(config);
        state.slots.at(kWriter).holder.clear();
        state.active_master.clear();
        at_position(state, "db1", each.position1, each.received1);
        at_position(state, "db2", each.position2, each.received2);
        Effects effects;
        allocate(config, state, at(0s), effects);
        CHECK(state.slots.at(kWriter).holder == each.holder);
    }
}

TEST_CASE("a new writer is told which host has more, and the most of them") {
    struct {
        const char* name;
        std::string slave3, slave4;
        const char* from;
        const char* position;
    } const cases[] = {
        {"nobody has more", "0-1-9", "0-1-8", "", ""},      {"one has", "0-1-10", "0-1-9", "db3", "0-1-10"},
        {"both have", "0-1-10", "0-1-12", "db4", "0-1-12"}, {"the first has most", "0-1-12", "0-1-10", "db3", "0-1-12"},
        {"unknown is never more", "", "", "", ""},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        const Config config = five_hosts();
        State state = failing_over(config);
        at_position(state, "db2", "0-1-7", "0-1-9");
        at_position(state, "db3", each.slave3);
        at_position(state, "db4", each.slave4);
        watch(config, state);
        CHECK(order_for(config, state, "db2").fetch_from == each.from);
        CHECK(state.slots.at(kWriter).fetch_from == each.from);
        CHECK(state.slots.at(kWriter).fetch == each.position);
        // Once it has it nothing is taken back: the order would change under the drain.
        at_position(state, "db2", "0-1-99");
        watch(config, state);
        CHECK(state.slots.at(kWriter).fetch_from == each.from);
    }
}

TEST_CASE("a host is no source for a new writer while the old one can tell, nor with data of its own") {
    const Config config = five_hosts();
    const auto fetch_after = [&](const std::function<void(State&)>& change) {
        State state = failing_over(config);
        at_position(state, "db2", "0-1-7");
        at_position(state, "db3", "0-1-9");
        change(state);
        watch(config, state);
        return state.slots.at(kWriter).fetch_from;
    };
    CHECK(fetch_after([](State&) {}) == "db3");
    CHECK(fetch_after([](State& s) { s.hosts.at("db3").errant = "0-3-9"; }).empty());
    CHECK(fetch_after([](State& s) { s.hosts.at("db3").quarantined = true; }).empty());
    CHECK(fetch_after([](State& s) { silence(s, "db3", 2s); }).empty());
    CHECK(fetch_after([](State& s) { s.hosts.at("db3").status->server = proto::Server::down; }).empty());
    CHECK(fetch_after([](State& s) { s.active_master = "db2"; }).empty());
    const auto told = [](State& s) {
        s.slots.at(kWriter).catch_up = "0-1-9";
        s.slots.at(kWriter).catch_up_of = "db1";
    };
    CHECK(fetch_after(told) == "db3");
    CHECK(fetch_after([&](State& s) {
              told(s);
              silence(s, "db1", 0s);
          }).empty());
}

TEST_CASE("a new writer that never had a transaction fetches all, one that tells nothing isn't judged") {
    const Config config = five_hosts();
    for (const bool looked_at : {true, false}) {
        State state = failing_over(config);
        at_position(state, "db2", "");
        at_position(state, "db3", "0-1-12");
        if (looked_at) state.hosts.at("db2").status->server_id = 2;
        watch(config, state);
        CHECK(state.slots.at(kWriter).fetch_from == (looked_at ? "db3" : ""));
    }
}

TEST_CASE("a new writer fetches from another master too, whatever its state, but not from one that went another way") {
    const Config config = five_hosts();
    const auto fetch_from = [&](const std::string& history) {
        State state = failing_over(config);
        HostRecord& old = state.hosts.at("db1");
        silence(state, "db1", 0s);
        old.state = HostState::admin_offline;
        at_position(state, "db1", "0-1-9");
        old.status->history = history;
        at_position(state, "db2", "0-2-7", "0-2-7");
        watch(config, state);
        return state.slots.at(kWriter).fetch_from;
    };
    CHECK(fetch_from("0-1-9,0-2-7") == "db1");
    CHECK(fetch_from("") == "db1");
    CHECK(fetch_from("0-1-9").empty());
    CHECK(fetch_from("0-1-9,0-2-6").empty());
}

TEST_CASE("a host with transactions of its own is found while there is a writer, and stays out when that dies") {
    const Config config = five_hosts();
    State state = good_order(config);
    const auto tell = [&](const HostName& name, std::uint32_t id, const std::string& history) {
        state.hosts.at(name).status->server_id = id;
        state.hosts.at(name).status->history = history;
    };
    Effects effects;
    tell("db1", 1, "0-1-50,0-2-8");
    tell("db2", 2, "0-1-53,0-2-8");
    tell("db3", 3, "0-1-50,0-2-8");
    const auto pass = [&](Duration when) {
        for (auto& [name, host] : state.hosts) host.heard = kStart + when;
        watch_errant(state, kStart + when, effects);
    };
    pass(0s);
    pass(4s);
    CHECK(state.hosts.at("db2").errant.empty());
    tell("db2", 2, "0-1-50,0-2-51");
    pass(5s);
    CHECK(state.hosts.at("db2").errant.empty());
    pass(8s);
    CHECK(state.hosts.at("db2").errant == "0-2-9..51");
    CHECK(state.hosts.at("db3").errant.empty());
    CHECK(of_kind<Log>(effects).size() == 1);

    // Its mysqld dies: an agent that can't say any more what the writer has takes nothing back.
    tell("db1", 0, "");
    pass(9s);
    CHECK(state.hosts.at("db2").errant == "0-2-9..51");

    state.active_master.clear();
    pass(20s);
    CHECK(why_not_eligible(config, state, "db2", "writer", kStart + 20s) ==
          "host 'db2' has transactions of its own that the writer never had: 0-2-9..51");
    CHECK(why_not_eligible(config, state, "db3", "reader", kStart + 20s).empty());
    state.hosts.at("db2").errant_accepted = "0-2-9..51";
    CHECK(why_not_eligible(config, state, "db2", "writer", kStart + 20s).empty());

    state.active_master = "db1";
    tell("db1", 1, "0-1-50,0-2-51");
    pass(21s);
    CHECK(state.hosts.at("db2").errant.empty());
}

TEST_CASE("a host whose SQL thread stopped with an error isn't given the writer, and one that is the writer keeps it") {
    const Config config = five_hosts();
    State state = good_order(config);
    for (const auto* name : {"db1", "db2"})
        state.hosts.at(name).status->sql_problem = "the SQL thread stopped with error 1062: duplicate";
    CHECK(why_not_eligible(config, state, "db1", "writer", kStart).empty());
    CHECK(why_not_eligible(config, state, "db2", "writer", kStart) ==
          "host 'db2' can't apply what it received: the SQL thread stopped with error 1062: duplicate");
}

TEST_CASE("a host that turns out to be in trouble before it is granted the writer isn't to be it after all") {
    const Config config = five_hosts();
    const auto holder_after = [&](const std::function<void(State&)>& change) {
        State state = failing_over(config);
        state.slots.at(kWriter).granted_to.clear();
        state.hosts.at("db2").status->sql_problem = "the SQL thread stopped with error 1062: duplicate";
        change(state);
        Effects effects;
        allocate(config, state, at(0s), effects);
        return state.slots.at(kWriter).holder;
    };
    CHECK(holder_after([](State&) {}).empty());
    CHECK(holder_after([](State& s) { s.slots.at(kWriter).granted_to = "db2"; }) == "db2");
    CHECK(holder_after([](State& s) { s.slots.at(kWriter).late_drain = proto::LateDrain::promote; }) == "db2");
    CHECK(holder_after([](State& s) { s.hosts.at("db2").status->sql_problem.clear(); }) == "db2");
}

TEST_CASE("a host that turns out to have no GTIDs before it is granted the writer isn't to be it after all") {
    const Config config = five_hosts();
    struct {
        const char* name;
        void (*change)(State&);
        HostName holder;
    } const cases[] = {
        {"the other master's GTIDs were switched off", [](State&) {}, ""},
        {"it has GTIDs", [](State& s) { s.hosts.at("db2").status->gtids = true; }, "db2"},
        {"it was granted the role", [](State& s) { s.slots.at(kWriter).granted_to = "db2"; }, "db2"},
        {"it was the last that had it", [](State& s) { s.slots.at(kWriter).last_granted = "db2"; }, "db2"},
        {"it was found with it at start", [](State& s) { s.slots.at(kWriter).maybe_held.insert("db2"); }, "db2"},
        {"an operator promotes it", [](State& s) { s.slots.at(kWriter).late_drain = proto::LateDrain::promote; },
         "db2"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        State state = failing_over(config);
        SlotRecord& slot = state.slots.at(kWriter);
        slot.granted_to.clear();
        slot.last_granted = "db1";
        slot.maybe_held = {"db1"};
        state.hosts.at("db2").status->gtids = false;
        state.hosts.at("db2").status->history_problem = "gtid_mode is OFF";
        each.change(state);
        Effects effects;
        allocate(config, state, at(0s), effects);
        CHECK(slot.holder == each.holder);
        if (each.holder.empty()) CHECK(slot.reason.find("gtid_mode is OFF") != std::string::npos);
    }
}

TEST_CASE("an operator's word on the drain reaches a writer that arrives again after its agent came back") {
    const Config config = five_hosts();
    State state = good_order(config);
    REQUIRE(state.active_master == "db1");
    state.slots.at(kWriter).late_drain = proto::LateDrain::wait;
    CHECK(order_for(config, state, "db1").late_drain == proto::LateDrain::configured);
    state.hosts.at("db1").status->writer = proto::WriterPhase::arriving;
    CHECK(order_for(config, state, "db1").late_drain == proto::LateDrain::wait);
}

TEST_CASE("a writer that gets the role back is told that nobody else served since") {
    const Config config = five_hosts();
    State state = failing_over(config);
    state.journal.writer = "db2";
    CHECK(order_for(config, state, "db2").was_writer);
    state.journal.writer = "db1";
    CHECK_FALSE(order_for(config, state, "db2").was_writer);
}

TEST_CASE("a planned move gives nothing up, a forced one does at the end of drain_timeout") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.slots.at(kWriter).holder = state.slots.at(kWriter).granted_to = "db2";
    state.active_master.clear();
    CHECK(order_for(config, state, "db2").late_drain == proto::LateDrain::configured);
    state.move = PlannedMove{"db1", "db2", kStart + 11s};
    CHECK(order_for(config, state, "db2").late_drain == proto::LateDrain::wait);
    state.slots.at(kWriter).late_drain = proto::LateDrain::promote;
    CHECK(order_for(config, state, "db2").late_drain == proto::LateDrain::promote);
}
