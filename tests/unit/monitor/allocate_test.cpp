#include "core/monitor/allocate.hpp"
#include "core/monitor/planned_move.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// The readers' role with this many addresses on these hosts.
Config with_readers(int addresses, const std::vector<HostName>& hosts) {
    Config config = five_hosts();
    config.roles["reader"].hosts = hosts;
    config.roles["reader"].ips.clear();
    for (int i = 0; i < addresses; ++i)
        config.roles["reader"].ips.push_back(ip("192.168.10." + std::to_string(140 + i)));
    return config;
}

std::string allocated(const Config& config, State& state, Duration when = 0s) {
    Effects effects;
    allocate(config, state, at(when), effects);
    return holders(state);
}

}  // namespace

TEST_CASE("which hosts keep their slots, by state, agent and mode") {
    struct {
        HostState state;
        bool agent_silent;
        MonitorMode mode;
        const char* holder;
    } const cases[] = {
        {HostState::online, false, MonitorMode::active, "db1"},
        {HostState::hard_offline, false, MonitorMode::active, "db2"},
        {HostState::awaiting_recovery, false, MonitorMode::active, "db2"},
        {HostState::replication_fail, false, MonitorMode::active, "db2"},
        {HostState::replication_delay, false, MonitorMode::active, "db2"},
        {HostState::admin_offline, false, MonitorMode::active, "db2"},
        {HostState::online, true, MonitorMode::active, "db2"},
        {HostState::hard_offline, false, MonitorMode::manual, "db1"},
        {HostState::hard_offline, false, MonitorMode::wait, "db1"},
        {HostState::online, true, MonitorMode::manual, "db1"},
        {HostState::admin_offline, false, MonitorMode::manual, "db2"},
    };
    for (const auto& each : cases) {
        CAPTURE(word(each.state), each.agent_silent, static_cast<int>(each.mode));
        const Config config = five_hosts();
        State state = good_order(config);
        state.mode = each.mode;
        state.hosts.at("db1").state = each.state;
        if (each.agent_silent) silence(state, "db1", 4s);
        allocated(config, state);
        CHECK(state.slots.at(kWriter).holder == each.holder);
    }
}

TEST_CASE("a cluster's first writer is the one listed first, also when it is ready a moment later") {
    // db1, while db2 is ready; auto_set_online is 10 s.
    struct {
        const char* name;
        HostState state;
        Duration in_state;
        bool gtids;          ///< as its agent says; an agent that hasn't looked at its server yet says no
        bool answers;        ///< its server, the check
        Epoch epoch;         ///< of the writer role
        const char* holder;  ///< empty: db1 is awaited
    } const cases[] = {
        {"ready", HostState::online, 1s, true, true, 0, "db1"},
        {"ONLINE in a second", HostState::awaiting_recovery, 9s, true, true, 0, ""},
        {"a second late", HostState::awaiting_recovery, 11s, true, true, 0, ""},
        {"too late", HostState::awaiting_recovery, 12s, true, true, 0, "db2"},
        {"not for a while: an operator set db2 online", HostState::awaiting_recovery, 8s, true, true, 0, "db2"},
        {"not looked at yet", HostState::online, 1s, false, true, 0, ""},
        {"has no GTIDs", HostState::online, 2s, false, true, 0, "db2"},
        {"dead", HostState::hard_offline, 1s, true, false, 0, "db2"},
        {"doesn't answer", HostState::awaiting_recovery, 9s, true, false, 0, "db2"},
        {"there was a writer before", HostState::awaiting_recovery, 9s, true, true, 1, "db2"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        Config config = five_hosts();
        config.monitor.auto_set_online = 10s;
        State state = good_order(config);
        state.slots.at(kWriter) = SlotRecord{};
        state.slots.at(kWriter).epoch = each.epoch;
        state.active_master.clear();
        HostRecord& db1 = state.hosts.at("db1");
        db1.state = each.state;
        db1.since = kStart - each.in_state;
        db1.status->gtids = each.gtids;
        db1.checks.at(CheckKind::mysql).good = each.answers;
        allocated(config, state);
        CHECK(state.slots.at(kWriter).holder == each.holder);
    }
}

TEST_CASE("why a host can't be given a role is said in words") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db2").state = HostState::replication_fail;
    silence(state, "db3", 1'500ms);
    CHECK(why_not_eligible(config, state, "db1", "writer", kStart).empty());
    CHECK(why_not_eligible(config, state, "db2", "writer", kStart) == "host 'db2' is REPLICATION_FAIL");
    CHECK(why_not_eligible(config, state, "db3", "reader", kStart) == "the agent on host 'db3' can't be reached");
    CHECK(why_not_eligible(config, state, "db3", "writer", kStart) ==
          "the configuration does not give role 'writer' to host 'db3'");
}

TEST_CASE("an agent of version 1 that says nothing for 3 s keeps what it has and gets nothing new") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db2").version1 = true;
    silence(state, "db2", 2'999ms);
    CHECK(why_not_eligible(config, state, "db2", "writer", kStart).empty());
    silence(state, "db2", 3s);
    CHECK(why_not_eligible(config, state, "db2", "writer", kStart) ==
          "the agent on host 'db2' doesn't answer just now");
    state.hosts.at("db1").version1 = true;
    silence(state, "db1", 60s);
    (void)allocated(config, state);
    CHECK(state.slots.at(kWriter).holder == "db1");
}

TEST_CASE("an orphan waits while no host is eligible") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db1").state = state.hosts.at("db2").state = HostState::hard_offline;
    CHECK(allocated(config, state) == "129=db3, 130=db4, 128=-");
    state.hosts.at("db2").state = HostState::online;
    silence(state, "db2", 2s);  // ONLINE, but its agent isn't within reach
    CHECK(allocated(config, state) == "129=db3, 130=db4, 128=-");
}

TEST_CASE("orphans go to the host with the fewest slots, the writer counting half") {
    // One exclusive role more, beside the writer on db2 and a reader on db1: db2 has half a slot.
    Config config = with_readers(1, {"db1"});
    config.roles["report"] = {"report", RoleMode::exclusive, {"db1", "db2"}, {ip("192.168.10.150")}, ""};
    State state = good_order(config);
    state.slots.at(kWriter).holder = "db2";
    CHECK(allocated(config, state) == "140=db1, 150=db2, 128=db2");
}

TEST_CASE("a balanced role is spread so that no eligible host has two more than another, with the fewest moves") {
    struct {
        const char* name;
        std::vector<HostName> before;  ///< of four addresses
        const char* out_of_service;
        const char* after;
    } const cases[] = {
        {"all orphans", {"", "", "", ""}, "", "140=db2, 141=db3, 142=db4, 143=db2"},
        {"a host came back", {"db3", "db3", "db4", "db4"}, "", "140=db3, 141=db2, 142=db4, 143=db4"},
        {"even enough", {"db2", "db3", "db4", "db4"}, "", "140=db2, 141=db3, 142=db4, 143=db4"},
        {"all on one", {"db4", "db4", "db4", "db4"}, "", "140=db4, 141=db4, 142=db3, 143=db2"},
        {"a host left", {"db2", "db3", "db4", "db4"}, "db4", "140=db2, 141=db3, 142=db2, 143=db3"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        const Config config = with_readers(4, {"db2", "db3", "db4"});
        State state = good_order(config);
        for (int i = 0; i < 4; ++i) {
            state.slots.at({"reader", ip("192.168.10." + std::to_string(140 + i))}).holder =
                each.before[static_cast<std::size_t>(i)];
        }
        if (*each.out_of_service != '\0') state.hosts.at(each.out_of_service).state = HostState::hard_offline;
        CHECK(allocated(config, state) == each.after + std::string(", 128=db1"));
        CHECK(allocated(config, state) == each.after + std::string(", 128=db1"));  // and there it stays
    }
}

TEST_CASE("a preferred host gets the role back in active mode, when it is eligible") {
    struct {
        MonitorMode mode;
        HostState preferred;
        const char* holder;
    } const cases[] = {
        {MonitorMode::active, HostState::online, "db2"},
        {MonitorMode::active, HostState::awaiting_recovery, "db1"},
        {MonitorMode::manual, HostState::online, "db1"},
    };
    for (const auto& each : cases) {
        Config config = five_hosts();
        config.roles["writer"].prefer = "db2";
        State state = good_order(config);
        state.mode = each.mode;
        state.hosts.at("db2").state = each.preferred;
        allocated(config, state);
        CHECK(state.slots.at(kWriter).holder == each.holder);
        CHECK(state.move.has_value() == (each.holder == std::string("db2")));
    }
}

TEST_CASE("an orphan goes to the preferred host in every mode") {
    Config config = five_hosts();
    config.roles["writer"].prefer = "db2";
    State state = good_order(config);
    state.mode = MonitorMode::manual;
    state.slots.at(kWriter).holder.clear();
    allocated(config, state);
    CHECK(state.slots.at(kWriter).holder == "db2");
    CHECK_FALSE(state.move.has_value());
}

TEST_CASE("a writer without a host goes to who has all that the last one let go with, if anybody has") {
    struct {
        const char* name;
        const char* prefer;
        void (*change)(SlotRecord&, State&);
        const char* holder;
    } const cases[] = {
        {"db2 has all", "", [](SlotRecord&, State& s) { s.hosts.at("db2").status->position = "0-1-40"; }, "db2"},
        {"db2 let go with it", "", [](SlotRecord& w, State&) { w.catch_up_of = "db2"; }, "db2"},
        {"nobody has", "", [](SlotRecord&, State&) {}, "db1"},
        {"a writer was in service since", "", [](SlotRecord& w, State&) { w.catch_up_of = "db2", w.caught_up = true; },
         "db1"},
        {"a preference doesn't count then", "db1", [](SlotRecord& w, State&) { w.catch_up_of = "db2"; }, "db2"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        Config config = five_hosts();
        config.roles["writer"].prefer = each.prefer;
        State state = good_order(config);
        SlotRecord& writer = state.slots.at(kWriter);
        writer.holder.clear();
        writer.catch_up = "0-1-40";
        writer.catch_up_of = "db9";
        for (const char* host : {"db1", "db2"}) state.hosts.at(host).status->position = "0-1-39";
        each.change(writer, state);
        allocated(config, state);
        CHECK(writer.holder == each.holder);
    }
}

TEST_CASE("a planned move ends when the new writer is in service, and is given up 10 s and the clients' grace later") {
    Config config = five_hosts();
    config.max_kill_retries = 2;
    struct {
        const char* name;
        Duration when;
        const char* active_master;
        HostState old_writer;
        const char* holder;
        bool moving;
    } const cases[] = {
        {"under way", 11'999ms, "", HostState::online, "db2", true},
        {"done", 11s, "db2", HostState::online, "db2", false},
        {"too late", 12s, "", HostState::online, "db1", false},
        {"too late, but there is no way back", 12s, "", HostState::hard_offline, "db2", false},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        State state = good_order(config);
        Effects effects;
        plan_writer_move(config, state, "db2", "a test", kStart, effects);
        for (auto& [name, host] : state.hosts) host.heard = host.heard_by_anyone = kStart + each.when;
        state.active_master = each.active_master;
        state.hosts.at("db1").state = each.old_writer;
        watch_planned_move(config, state, kStart + each.when, effects);
        CHECK(state.slots.at(kWriter).holder == each.holder);
        CHECK(state.move.has_value() == each.moving);
    }
}

TEST_CASE("a preference whose move was given up is tried again after five minutes, not at once") {
    Config config = five_hosts();
    config.roles["writer"].prefer = "db2";
    State state = good_order(config);
    const auto holder_at = [&](Duration when) {
        for (auto& [name, host] : state.hosts) host.heard = host.heard_by_anyone = kStart + when;
        allocated(config, state, when);
        return state.slots.at(kWriter).holder;
    };
    CHECK(holder_at(0s) == "db2");
    state.active_master.clear();
    CHECK(holder_at(11s) == "db1");
    state.active_master = "db1";
    CHECK(holder_at(310s) == "db1");
    CHECK(holder_at(311s) == "db2");
}

TEST_CASE("an assignment ends the grant that was before it") {
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    assign(config, state, kWriter, "db1", "no change", kStart, effects);
    CHECK(effects.empty());
    assign(config, state, kWriter, "db2", "a change", kStart + 1s, effects);
    const SlotRecord& slot = state.slots.at(kWriter);
    CHECK(slot.granted_to.empty());
    CHECK(slot.since == kStart + 1s);
    CHECK(slot.epoch == 7);
    CHECK(slot.maybe_held == std::set<HostName>{"db1"});
}
