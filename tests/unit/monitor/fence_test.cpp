#include "core/monitor/fence.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// db1 was the writer and was told by order 5 to hold nothing; `status` says how far it is.
struct Leaving {
    Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    HostRecord& host = state.hosts.at("db1");
    proto::AgentStatus& status = *host.status;
    SlotRecord& slot = state.slots.at(kWriter);

    Leaving() {
        slot.holder = "db2";
        slot.granted_to.clear();
        host.order = proto::Order{};
        host.order->sequence = 5;
        status = proto::AgentStatus{};
        status.order = 5;
        status.server = proto::Server::up;
        status.read_only = true;
        status.position = "0-1-42";
    }
    bool still_held() {
        observe_holdings(config, state, "db1", at(0s), effects);
        return slot.maybe_held.contains("db1");
    }
};

}  // namespace

TEST_CASE("a slot is let go when the host answered an order without it and shows no trace of it") {
    struct {
        const char* trace;
        void (*leave)(Leaving&);
        bool held;
    } const cases[] = {
        {"nothing", [](Leaving&) {}, false},
        {"the address is on", [](Leaving& l) { l.status.present.insert(kWriter); }, true},
        {"it holds an older order", [](Leaving& l) { l.status.granted[kWriter] = 7; }, true},
        {"it is on its way out", [](Leaving& l) { l.status.writer = proto::WriterPhase::leaving; }, true},
        {"it hasn't answered the last order", [](Leaving& l) { l.status.order = 4; }, true},
        {"the order has the slot", [](Leaving& l) { l.host.order->slots[kWriter] = 8; }, true},
        {"no order was sent on this link", [](Leaving& l) { l.host.order.reset(); }, true},
        {"it said nothing on this link", [](Leaving& l) { l.host.status.reset(); }, true},
        {"it is the assigned host", [](Leaving& l) { l.slot.holder = "db1"; }, true},
        {"mysqld is dead, the address is gone", [](Leaving& l) { l.status.server = proto::Server::down; }, false},
    };
    for (const auto& each : cases) {
        INFO(each.trace);
        Leaving leaving;
        each.leave(leaving);
        CHECK(leaving.still_held() == each.held);
        CHECK(free_for(leaving.slot, "db2") == !each.held);
        CHECK(free_for(leaving.slot, "db1"));
    }
}

TEST_CASE("the position to catch up with is taken only from a writer that was frozen before it was read") {
    struct {
        const char* name;
        void (*change)(Leaving&);
        const char* position;
    } const cases[] = {
        {"read-only", [](Leaving&) {}, "0-1-42"},
        {"writable", [](Leaving& l) { l.status.read_only = false; }, ""},
        {"not known whether read-only", [](Leaving& l) { l.status.read_only.reset(); }, ""},
        {"mysqld is dead", [](Leaving& l) { l.status.server = proto::Server::down; }, ""},
        {"it wasn't the writer", [](Leaving& l) { l.slot.last_granted = "db2"; }, "0-1-40"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Leaving leaving;
        leaving.slot.catch_up = "0-1-40";  // of an earlier move
        leaving.slot.caught_up = true;
        each.change(leaving);
        CHECK_FALSE(leaving.still_held());
        CHECK(leaving.slot.catch_up == each.position);
    }
}

TEST_CASE("one that lets go before it had all of its predecessor leaves the waiting for that to the next") {
    struct {
        const char* name;
        void (*change)(Leaving&);
        const char* kept;
    } const cases[] = {
        {"it had less", [](Leaving& l) { l.status.position = "0-1-39"; }, "0-2-40"},
        {"it had as much", [](Leaving& l) { l.status.position = "0-2-40"; }, "0-2-40"},
        {"it had more", [](Leaving& l) { l.status.position = "0-1-42"; }, "0-1-42"},
        {"nobody knows", [](Leaving& l) { l.status.server = proto::Server::down; }, "0-2-40"},
        {"a writer was in service since", [](Leaving& l) { l.slot.caught_up = true, l.status.position = "0-1-39"; },
         "0-1-39"},
        {"it is the one itself", [](Leaving& l) { l.slot.catch_up_of = "db1", l.status.position = "0-1-39"; },
         "0-1-39"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Leaving leaving;
        leaving.slot.catch_up = "0-2-40";
        leaving.slot.catch_up_of = "db2";
        each.change(leaving);
        CHECK_FALSE(leaving.still_held());
        CHECK(leaving.slot.catch_up == each.kept);
        CHECK_FALSE(leaving.slot.caught_up);
    }
}

TEST_CASE("whatever a host shows counts against it, whoever it is") {
    const Config config = five_hosts();
    for (const bool present : {true, false}) {
        State state = good_order(config);
        if (present) {
            state.hosts.at("db2").status->present.insert(kWriter);
        } else {
            state.hosts.at("db2").status->writer = proto::WriterPhase::leaving;
        }
        Effects effects;
        observe_holdings(config, state, "db2", at(0s), effects);
        CHECK(state.slots.at(kWriter).maybe_held == std::set<HostName>{"db1", "db2"});
        CHECK_FALSE(free_for(state.slots.at(kWriter), "db1"));
    }
}

TEST_CASE("an agent that knows a higher epoch is believed, a lower one changes nothing") {
    const Config config = five_hosts();
    for (const auto& [said, expected] : {std::pair<Epoch, Epoch>{9, 9}, {7, 7}, {0, 7}}) {
        State state = good_order(config);
        state.hosts.at("db1").status->granted[kWriter] = said;
        Effects effects;
        observe_holdings(config, state, "db1", at(0s), effects);
        CHECK(state.slots.at(kWriter).epoch == expected);
    }
}

TEST_CASE("an agent that claims an epoch which no cluster ever counts to isn't believed, and may have the slot") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.slots.at(kWriter).maybe_held.clear();
    state.hosts.at("db1").status->granted[kWriter] = std::numeric_limits<Epoch>::max();
    Effects effects;
    observe_holdings(config, state, "db1", at(0s), effects);
    CHECK(state.slots.at(kWriter).epoch == 7);
    CHECK(state.slots.at(kWriter).maybe_held.contains("db1"));
}

TEST_CASE("silence of 4 s is proof, by us and by all other agents") {
    struct {
        Duration by_us;
        Duration by_anyone;
        bool held;
    } const cases[] = {{0s, 0s, true}, {3'999ms, 3'999ms, true}, {60s, 3'999ms, true}, {60s, 4s, false}};
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = good_order(config);
        HostRecord& host = state.hosts.at("db1");
        host.heard = kStart - each.by_us;
        host.heard_by_anyone = kStart - each.by_anyone;
        SlotRecord& slot = state.slots.at(kWriter);
        slot.catch_up = "0-1-40";
        slot.caught_up = true;
        Effects effects;
        expire_silent(config, state, at(0s), effects);
        CHECK(slot.maybe_held.contains("db1") == each.held);
        // What it said before is no observation any more, and should it come back it is given the slot anew.
        CHECK(host.status.has_value() == each.held);
        CHECK(slot.granted_to == (each.held ? "db1" : ""));
        CHECK(slot.catch_up == (each.held ? "0-1-40" : ""));
        CHECK(state.slots.at(kReader).maybe_held.contains("db3"));
        observe_holdings(config, state, "db1", at(0s), effects);
        CHECK(slot.maybe_held.contains("db1") == each.held);
    }
}

TEST_CASE("a killed host holds nothing, whatever it said before") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.slots.at(kReader).maybe_held.insert("db1");
    Effects effects;
    take_off_killed(state, "db1", effects);
    observe_holdings(config, state, "db1", at(0s), effects);
    CHECK(state.slots.at(kWriter).maybe_held.empty());
    CHECK(state.slots.at(kReader).maybe_held == std::set<HostName>{"db3"});
    CHECK(of_kind<Log>(effects).size() == 2);
}
