#include "core/monitor/plan.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

void assign_writer(State& state, const HostName& host) {
    state.slots.at(kWriter).holder = host;
    state.slots.at(kWriter).granted_to.clear();
}

}  // namespace

TEST_CASE("a slot is granted with the next epoch once nobody else may have it and its host is within reach") {
    struct {
        const char* name;
        std::set<HostName> maybe_held;
        bool reachable;
        bool granted;
    } const cases[] = {
        {"free", {}, true, true},
        {"its own", {"db2"}, true, true},
        {"another may have it", {"db1"}, true, false},
        {"both may have it", {"db1", "db2"}, true, false},
        {"nobody to tell", {}, false, false},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = good_order(config);
        assign_writer(state, "db2");
        SlotRecord& slot = state.slots.at(kWriter);
        slot.maybe_held = each.maybe_held;
        state.hosts.at("db2").connected = each.reachable;
        Effects effects;
        grant(config, state, at(0s), effects);
        grant(config, state, at(0s), effects);
        CHECK(slot.epoch == (each.granted ? 8 : 7));
        CHECK(slot.granted_to == (each.granted ? "db2" : ""));
        CHECK(slot.last_granted == (each.granted ? "db2" : "db1"));
        CHECK(slot.maybe_held.contains("db2") == (each.granted || each.maybe_held.contains("db2")));
    }
}

TEST_CASE("a holder found with the address on keeps it at its epoch, unless another was seen with it") {
    struct {
        const char* name;
        bool present;
        bool had_order;
        const char* other;  ///< of db2: never heard, clean, has the address
        Epoch epoch;
        bool granted;
    } const cases[] = {
        {"found with it", true, false, "clean", 7, true},
        {"the other was never heard", true, false, "never heard", 7, true},
        {"the other has it as well", true, false, "has the address", 7, false},
        {"found without it, the other was never heard", false, false, "never heard", 7, false},
        {"found without it", false, false, "clean", 8, true},
        {"given anew in the middle", true, true, "clean", 8, true},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = good_order(config);
        assign_writer(state, "db1");
        const std::string other = each.other;
        SlotRecord& slot = state.slots.at(kWriter);
        slot.maybe_held = {};
        if (each.present) slot.maybe_held.insert("db1");
        if (other != "clean") slot.maybe_held.insert("db2");
        HostRecord& holder = state.hosts.at("db1");
        if (!each.present) holder.status->present.clear();
        if (each.had_order) holder.order = proto::Order{};
        if (other == "never heard") {
            state.hosts.at("db2").status.reset();
            state.hosts.at("db2").heard = state.started - 1ms;
        } else if (other == "has the address") {
            state.hosts.at("db2").status->present.insert(kWriter);
        }
        Effects effects;
        grant(config, state, at(0s), effects);
        CHECK(slot.epoch == each.epoch);
        CHECK(slot.granted_to == (each.granted ? "db1" : ""));
    }
}

TEST_CASE("the writer is in service when it is seen writable with its address on") {
    const Config config = five_hosts();
    struct {
        const char* name;
        void (*change)(State&);
        const char* writer;
    } const cases[] = {
        {"as it is", [](State&) {}, "db1"},
        {"arriving", [](State& s) { s.hosts.at("db1").status->writer = proto::WriterPhase::arriving; }, ""},
        {"without address", [](State& s) { s.hosts.at("db1").status->present.clear(); }, ""},
        {"without order", [](State& s) { s.hosts.at("db1").status->granted.clear(); }, ""},
        {"assigned elsewhere", [](State& s) { assign_writer(s, "db2"); }, ""},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        State state = good_order(config);
        state.active_master.clear();
        each.change(state);
        Effects effects;
        observe_writer(config, state, at(0s), effects);
        CHECK(state.active_master == each.writer);
        CHECK(effects.size() == (*each.writer == '\0' ? 0 : 1));
    }
    State state = good_order(config);
    state.hosts.at("db1").status.reset();
    Effects effects;
    observe_writer(config, state, at(0s), effects);
    CHECK(state.active_master == "db1");  // a link that is down for a moment takes nothing away
    assign_writer(state, "");
    observe_writer(config, state, at(0s), effects);
    CHECK(state.active_master.empty());
    CHECK(effects.empty());
}

TEST_CASE("an order names exactly the slots granted to the host, and whom it replicates from") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.slots.at(kOtherReader).granted_to.clear();  // assigned to db4, not granted yet
    CHECK(order_for(config, state, "db1").slots == std::map<Slot, Epoch>{{kWriter, 7}});
    CHECK(order_for(config, state, "db3").slots == std::map<Slot, Epoch>{{kReader, 3}});
    CHECK(order_for(config, state, "db4").slots.empty());

    struct {
        const char* name;
        const char* host;
        void (*change)(State&);
        proto::Replication replication;
        const char* source;
    } const cases[] = {
        {"a slave", "db3", [](State&) {}, proto::Replication::run, "db1"},
        {"the other master", "db2", [](State&) {}, proto::Replication::run, "db1"},
        {"the writer", "db1", [](State&) {}, proto::Replication::run, "db2"},
        {"the writer, its peer not yet back in order", "db1",
         [](State& s) { s.hosts.at("db2").state = HostState::awaiting_recovery; }, proto::Replication::run, ""},
        {"nobody is in service", "db3", [](State& s) { s.active_master.clear(); }, proto::Replication::run, ""},
        {"set offline", "db3", [](State& s) { s.hosts.at("db3").state = HostState::admin_offline; },
         proto::Replication::stop, ""},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        State changed = good_order(config);
        each.change(changed);
        const auto order = order_for(config, changed, each.host);
        CHECK(order.replication == each.replication);
        CHECK(order.source == each.source);
        CHECK(order.state == changed.hosts.at(each.host).state);
        CHECK(order.active_master == changed.active_master);
    }
}

TEST_CASE("with offline_stops_replication = false a host that is set offline goes on replicating from the writer") {
    Config config = five_hosts();
    config.monitor.offline_stops_replication = false;
    State state = good_order(config);
    state.hosts.at("db3").state = HostState::admin_offline;
    const auto order = order_for(config, state, "db3");
    CHECK(order.replication == proto::Replication::run);
    CHECK(order.source == "db1");
}

TEST_CASE("a new writer is told how far the old one was, until it is in service") {
    const Config config = five_hosts();
    State state = good_order(config);
    SlotRecord& slot = state.slots.at(kWriter);
    slot.holder = slot.granted_to = "db2";
    slot.catch_up = "0-1-42";
    state.active_master.clear();
    CHECK(order_for(config, state, "db2").catch_up == "0-1-42");
    CHECK(order_for(config, state, "db1").catch_up.empty());
    CHECK(order_for(config, state, "db3").catch_up.empty());
    state.active_master = "db2";
    CHECK(order_for(config, state, "db2").catch_up.empty());
}

TEST_CASE("an order is sent when it differs from the last one on this link, to agents that said what they have") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db2").connected = false;
    state.hosts.at("db3").status.reset();
    const auto sent = [&] {
        Effects effects;
        send_orders(config, state, effects);
        std::string text;
        for (const auto& order : of_kind<SendOrder>(effects)) {
            text += order.host + "#" + std::to_string(order.order.sequence) + " ";
        }
        return text;
    };
    CHECK(sent() == "db1#1 db4#2 ");
    CHECK(sent().empty());
    state.hosts.at("db3").status = proto::AgentStatus{};
    CHECK(sent() == "db3#3 ");
    state.hosts.at("db4").state = HostState::replication_fail;
    CHECK(sent() == "db4#4 ");

    HostRecord& host = state.hosts.at("db1");
    host.status->order = 0;  // said before it could have the order
    CHECK(sent().empty());
    host.order_accepted = true;  // it had it, and has lost it since
    CHECK(sent() == "db1#5 ");
}
