#include "core/monitor/planned_move.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/allocate.hpp"
#include "core/monitor/plan.hpp"
#include "core/monitor/show.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// db1 is the writer at 0-1-7; all agents can hand over.
State ready(const Config& config) {
    State state = good_order(config);
    for (auto& [name, host] : state.hosts) host.status->handover = proto::Handover::none;
    auto& writer = *state.hosts.at("db1").status;
    writer.writer = proto::WriterPhase::holding;
    writer.present = {kWriter};
    writer.position = "0-1-7";
    writer.history = "0-1-7,0-2-3";
    writer.server_id = 1;
    state.active_master = "db1";
    return state;
}

/// What the monitor's step does about the move, and the orders that follow.
struct Moving {
    Config config = five_hosts();
    State state = ready(config);
    Effects effects;
    Duration when{0};

    explicit Moving(MoveKind kind = MoveKind::careful) {
        plan_writer_move(config, state, "db2", "a test", kStart, effects, kind);
        step();
    }
    void step() {
        for (auto& [name, host] : state.hosts) host.heard = host.heard_by_anyone = kStart + when;
        watch_planned_move(config, state, kStart + when, effects);
        send_orders(config, state, effects);
        for (auto& [name, host] : state.hosts) host.status->order = host.order->sequence;
    }
    [[nodiscard]] proto::Order order(const HostName& host) const { return order_for(config, state, host); }
    proto::AgentStatus& status(const HostName& host) { return *state.hosts.at(host).status; }
    [[nodiscard]] HostName holder() const { return state.slots.at(kWriter).holder; }
    /// Up to where db1 has stopped writes at 0-1-9.
    void freeze() {
        status("db2").reached = "0-1-7";
        step();
        status("db1").handover = proto::Handover::frozen;
        status("db1").position = "0-1-9";
        step();
    }
};

}  // namespace

TEST_CASE(
    "a planned move: the new writer catches up, the old one stops writes, the new one applies the rest, then it "
    "leaves") {
    Moving move;
    CHECK(move.holder() == "db1");
    CHECK(move.order("db2").await == "0-1-7");
    CHECK(move.order("db1").freeze == proto::Freeze::no);

    move.status("db2").reached = "0-1-7";
    move.step();
    CHECK(move.order("db1").freeze == proto::Freeze::careful);
    CHECK(move.order("db1").slots.contains(kWriter));
    CHECK(move.order("db2").await.empty());

    move.status("db1").handover = proto::Handover::frozen;
    move.status("db1").position = "0-1-9";
    move.step();
    CHECK(move.order("db2").await == "0-1-9");
    CHECK(move.order("db2").await_history == "0-1-7");  // what db1 itself wrote
    CHECK(move.holder() == "db1");

    move.status("db2").reached = "0-1-9";
    move.step();
    CHECK(move.holder() == "db2");
    CHECK(move.state.move->stage == MoveStage::leave);
    CHECK_FALSE(move.order("db1").slots.contains(kWriter));
    CHECK(move.order("db1").freeze == proto::Freeze::no);
    CHECK(move.state.slots.at(kWriter).reason == "a test");
}

TEST_CASE("a new writer that lags too far behind is waited for before anything is stopped, then the move is given up") {
    Moving move;
    move.status("db2").problem = "hasn't caught up with the writer: not applied in time: 0-1-7";
    move.when = 10'900ms;
    move.step();
    REQUIRE(move.state.move);
    CHECK(move.order("db1").freeze == proto::Freeze::no);
    move.when = 11s;
    move.step();
    CHECK_FALSE(move.state.move);
    CHECK(move.holder() == "db1");
    CHECK(move.state.move_failure ==
          "db2 lags behind too far to catch up in time, nothing was stopped (hasn't caught up with the writer: not "
          "applied in time: 0-1-7); --force tries it all the same");
    CHECK(
        show_text(move.config, move.state, at(11s)).find("the move of the writer role from db1 to db2 was given up") !=
        std::string::npos);
}

TEST_CASE("by force the old writer stops writes at once") {
    const Moving move(MoveKind::forced);
    CHECK(move.order("db1").freeze == proto::Freeze::forced);
    CHECK(move.order("db2").await.empty());
}

TEST_CASE("an old writer that can't stop writes keeps the role, and the reason is shown") {
    Moving move;
    move.status("db2").reached = "0-1-7";
    move.step();
    move.status("db1").handover = proto::Handover::refused;
    move.status("db1").refusal = "in the way: 17 app@192.168.10.1:4711, for 12 s: UPDATE t SET x=?";
    move.step();
    CHECK_FALSE(move.state.move);
    CHECK(move.holder() == "db1");
    CHECK(move.order("db1").freeze == proto::Freeze::no);
    CHECK(move.state.move_failure == move.status("db1").refusal);
    CHECK(move.state.preference_from == kStart + 300s);
}

TEST_CASE("a word of an earlier move is no answer to this one") {
    for (const auto word : {proto::Handover::frozen, proto::Handover::refused}) {
        Moving move;
        move.status("db2").reached = "0-1-7";
        move.step();
        move.status("db1").handover = word;
        move.status("db1").order = 0;
        watch_planned_move(move.config, move.state, kStart, move.effects);
        REQUIRE(move.state.move);
        CHECK(move.order("db2").await.empty());
    }
}

TEST_CASE("a position that moves on is awaited anew") {
    Moving move;
    move.freeze();
    move.status("db1").position = "0-1-10";
    move.status("db2").reached = "0-1-9";
    move.step();
    CHECK(move.holder() == "db1");
    CHECK(move.order("db2").await == "0-1-10");
}

TEST_CASE("stopped writes go on when the new writer doesn't apply them in time, or fails") {
    for (const bool fails : {false, true}) {
        Moving move;
        move.freeze();
        move.when = fails ? 1s : 11s;
        if (fails) move.state.hosts.at("db2").state = HostState::replication_fail;
        move.step();
        CHECK_FALSE(move.state.move);
        CHECK(move.holder() == "db1");
        CHECK(move.order("db1").freeze == proto::Freeze::no);
        CHECK(move.state.move_failure == (fails ? "host 'db2' is REPLICATION_FAIL"
                                                : "db2 didn't apply the last of db1's writes in time (it says nothing "
                                                  "of why)"));
    }
}

TEST_CASE("a move whose hosts are overtaken by something else is over") {
    Moving move;
    move.freeze();
    Effects effects;
    assign(move.config, move.state, kWriter, "", "db1 was set offline", kStart, effects);
    move.step();
    CHECK_FALSE(move.state.move);
    CHECK(move.holder().empty());
}

TEST_CASE("agents that can't hand over have the role taken off at once") {
    struct Row {
        const char* what;
        void (*change)(State&);
    };
    const Row rows[] = {
        {"an older agent", [](State& s) { s.hosts.at("db1").status->handover = proto::Handover::unsupported; }},
        {"an older target", [](State& s) { s.hosts.at("db2").status->handover = proto::Handover::unsupported; }},
        {"no GTIDs", [](State& s) { s.hosts.at("db1").status->position.clear(); }},
        {"a set too long", [](State& s) { s.hosts.at("db1").status->position = std::string(3001, '1'); }},
        {"not in service", [](State& s) { s.active_master.clear(); }},
        {"mysqld is down", [](State& s) { s.hosts.at("db1").status->server = proto::Server::down; }},
    };
    const Config config = five_hosts();
    for (const auto& row : rows) {
        INFO(row.what);
        State state = ready(config);
        row.change(state);
        Effects effects;
        plan_writer_move(config, state, "db2", "a test", kStart, effects);
        CHECK(state.slots.at(kWriter).holder == "db2");
        CHECK(state.move->stage == MoveStage::leave);
    }
}
