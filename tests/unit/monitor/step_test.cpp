#include "core/monitor/step.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/status_file.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// The cluster in good order, its orders sent and its status saved.
struct Running {
    Config config = five_hosts();
    State state;

    explicit Running(const std::string& kill_host_bin = "") {
        config.monitor.kill_host_bin = kill_host_bin;
        state = good_order(config);
        state.saved = status_text(state);
        step(config, state, Tick{}, at(0s));
    }
    Effects after(Duration when, const Event& event) { return step(config, state, event, at(when)); }
    /// Time passes in ticks; everybody but `missing` goes on speaking as before.
    Effects pass(Duration from, Duration until, const std::string& missing = "") {
        Effects all;
        for (Duration when = from; when <= until; when += 100ms) {
            for (const auto& [name, host] : State(state).hosts) {
                if (name == missing || !host.status) continue;
                auto status = *host.status;
                if (host.order) status.order = host.order->sequence;
                append(all, after(when, AgentSaid{name, status}));
                for (const auto& [kind, word] : kCheckWords)
                    append(all, after(when, Checked{{name, kind, Outcome::ok, ""}}));
            }
            append(all, after(when, Tick{}));
        }
        return all;
    }
    static void append(Effects& all, const Effects& more) { all.insert(all.end(), more.begin(), more.end()); }
};

AdminAsked asked(const std::vector<std::string>& words) {
    return {9, words, "a test"};
}

std::size_t index_of(const Effects& effects, std::size_t kind) {
    for (std::size_t i = 0; i < effects.size(); ++i) {
        if (effects[i].index() == kind) return i;
    }
    return effects.size();
}

constexpr std::size_t kSave = 0;
constexpr std::size_t kOrder = 1;
constexpr std::size_t kAnswer = 4;

}  // namespace

TEST_CASE("nothing to do is nothing done") {
    Running running;
    CHECK(running.after(100ms, Tick{}).empty());
    CHECK(running.pass(200ms, 10s).empty());
}

TEST_CASE("who may only look changes nothing, and is told why") {
    for (const auto& words : std::vector<std::vector<std::string>>{{"set_offline", "db3"},
                                                                   {"move_role", "writer", "db2"},
                                                                   {"set_passive"},
                                                                   {"confirm_dead", "db3"},
                                                                   {"reload"}}) {
        Running running;
        AdminAsked looker = asked(words);
        looker.only_looks = "the key dashboard is for looking";
        const auto answers = of_kind<AnswerAdmin>(running.after(100ms, looker));
        REQUIRE(answers.size() == 1);
        CHECK(answers[0].reply.exit == proto::kExitRefused);
        CHECK(answers[0].reply.text == "ERROR: You may look, not command: the key dashboard is for looking");
        looker.words = {"show"};
        CHECK(of_kind<AnswerAdmin>(running.after(100ms, looker)).at(0).reply.exit == proto::kExitDone);
        CHECK(running.after(100ms, Tick{}).empty());
    }
}

TEST_CASE("the status is saved before the orders and the answer that depend on it") {
    Running running;
    const Effects effects = running.after(100ms, asked({"set_offline", "db3"}));
    REQUIRE(of_kind<SaveStatus>(effects).size() == 1);
    CHECK(of_kind<SaveStatus>(effects)[0].text.find("db3|ADMIN_OFFLINE|\n") != std::string::npos);
    CHECK(index_of(effects, kSave) < index_of(effects, kOrder));
    CHECK(index_of(effects, kOrder) < index_of(effects, kAnswer));
    CHECK(index_of(effects, kAnswer) == effects.size() - 1);
    CHECK(of_kind<AnswerAdmin>(effects)[0].id == 9);
}

TEST_CASE("what an operator changes without network is saved at once and acted upon when the network is back") {
    Running running;
    running.after(100ms, NetworkSeen{false});
    const Effects changed = running.after(200ms, asked({"set_offline", "db3"}));
    CHECK(of_kind<SaveStatus>(changed).size() == 1);
    CHECK(of_kind<SendOrder>(changed).empty());
    CHECK(of_kind<SendOrder>(running.after(300ms, NetworkSeen{true})).size() == 1);
}

TEST_CASE("in passive mode nothing is saved and nobody is told anything") {
    Running running;
    running.after(100ms, asked({"set_passive"}));
    running.state.hosts.at("db1").state = HostState::hard_offline;
    const Effects effects = running.after(200ms, Tick{});
    CHECK(of_kind<SaveStatus>(effects).empty());
    CHECK(of_kind<SendOrder>(effects).empty());
}

TEST_CASE("after a stall the monitor watches for a second, and silence and failures count anew") {
    Running running;
    const Effects woken = running.after(60s, Checked{{"db1", CheckKind::mysql, Outcome::failed_soft, "timeout"}});
    REQUIRE(of_kind<Log>(woken).size() == 1);
    CHECK(of_kind<Log>(woken)[0].level == LogLevel::warning);
    for (Duration when = 60s + 100ms; when < 61s; when += 100ms) CHECK(running.after(when, Tick{}).empty());
    CHECK(running.after(61s, Tick{}).empty());
    CHECK(running.state.slots.at(kWriter).maybe_held.contains("db1"));
    CHECK(running.state.hosts.at("db1").state == HostState::online);
}

TEST_CASE("a stall is not counted against a planned move") {
    Running running;
    running.after(100ms, asked({"move_role", "writer", "db2"}));
    running.after(60s, Tick{});
    CHECK(running.state.move == PlannedMove{"db1", "db2", kStart + 71s});
}

TEST_CASE("an agent that says that mysqld is gone has it checked at once, and once") {
    Running running;
    auto status = *running.state.hosts.at("db1").status;
    status.server = proto::Server::down;
    CHECK(of_kind<CheckNow>(running.after(100ms, AgentSaid{"db1", status})).size() == 1);
    CHECK(of_kind<CheckNow>(running.after(200ms, AgentSaid{"db1", status})).empty());
}

TEST_CASE("an agent is kept alive by what others hear, and only by those that are configured") {
    Running running;
    auto status = *running.state.hosts.at("db2").status;
    status.hears = {"db1", "db9"};
    running.after(1500ms, AgentSaid{"db2", status});
    CHECK(running.state.hosts.at("db1").heard_by_anyone == kStart + 1500ms);
    CHECK(running.state.hosts.at("db1").heard == kStart);
    CHECK(running.state.hosts.at("db3").heard_by_anyone == kStart);
}

TEST_CASE("what an agent said on an earlier link says nothing about the next one") {
    Running running;
    running.after(100ms, AgentGone{"db1", "connection closed"});
    CHECK(running.state.hosts.at("db1").link_problem == "connection closed");
    CHECK_FALSE(agent_reachable(running.state.hosts.at("db1"), kStart + 100ms));
    const Effects connected = running.after(200ms, AgentConnected{"db1"});
    CHECK_FALSE(running.state.hosts.at("db1").status.has_value());
    CHECK(of_kind<SendOrder>(connected).empty());
    proto::AgentStatus status;
    status.present = {kWriter};
    const auto orders = of_kind<SendOrder>(running.after(300ms, AgentSaid{"db1", status}));
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].order.slots == std::map<Slot, Epoch>{{kWriter, 7}});
}

TEST_CASE("a dead host that can't be told is killed; a kill proves something only if nothing was heard since") {
    for (const bool speaks_again : {false, true}) {
        Running running("/usr/sbin/kill_host");
        running.after(100ms, AgentGone{"db1", "no answer"});
        Effects effects;
        change_state(running.state, "db1", HostState::hard_offline, "a test", kStart, effects);
        set_check(running.state, "db1", CheckKind::ping, false);
        effects = running.after(200ms, Tick{});
        REQUIRE(of_kind<KillHost>(effects).size() == 1);
        CHECK(of_kind<KillHost>(effects)[0].host == "db1");
        CHECK(of_kind<KillHost>(running.after(300ms, Tick{})).empty());
        if (speaks_again) {
            running.after(400ms, AgentConnected{"db1"});
            running.after(500ms, AgentGone{"db1", "no answer"});
        }
        running.after(600ms, KillDone{"db1", true, ""});
        CHECK(running.state.slots.at(kWriter).maybe_held.contains("db1") == speaks_again);
        CHECK(running.state.slots.at(kWriter).granted_to == (speaks_again ? "" : "db2"));
    }
}

TEST_CASE("a kill that failed proves nothing and is tried again after ten seconds") {
    Running running("/usr/sbin/kill_host");
    running.after(100ms, AgentGone{"db1", "no answer"});
    Effects effects;
    change_state(running.state, "db1", HostState::hard_offline, "a test", kStart, effects);
    running.state.hosts.at("db1").heard_by_anyone = kStart + 60s;  // other agents hear it all the time
    set_check(running.state, "db1", CheckKind::ping, false);
    CHECK(of_kind<KillHost>(running.after(200ms, Tick{})).size() == 1);
    CHECK(of_kind<KillHost>(running.after(300ms, KillDone{"db1", false, "exit 1"})).empty());
    CHECK(running.state.slots.at(kWriter).maybe_held.contains("db1"));
    CHECK(of_kind<KillHost>(running.pass(400ms, 10'100ms, "db1")).empty());
    CHECK(of_kind<KillHost>(running.pass(10'200ms, 10'300ms, "db1")).size() == 1);
}

TEST_CASE("wait mode ends when both masters are ONLINE, or one has been for wait_for_other_master") {
    struct {
        HostState db2;
        Duration limit;
        Duration when;
        MonitorMode mode;
    } const cases[] = {
        {HostState::online, 5s, 100ms, MonitorMode::active},
        {HostState::admin_offline, 1s, 1000ms, MonitorMode::wait},
        {HostState::admin_offline, 1s, 1100ms, MonitorMode::active},
        {HostState::admin_offline, 0s, 1900ms, MonitorMode::wait},
    };
    for (const auto& each : cases) {
        CAPTURE(word(each.db2), each.limit.count(), each.when.count());
        Running running;
        running.config.monitor.wait_for_other_master = each.limit;
        running.state.mode = MonitorMode::wait;
        running.state.hosts.at("db2").state = each.db2;
        for (Duration when = 100ms; when <= each.when; when += 100ms) running.after(when, Tick{});
        CHECK(running.state.mode == each.mode);
    }
}
