#include "core/monitor/checks.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// One host's mysql check: reports come in, time passes.
struct OneCheck {
    Config config = five_hosts();
    State state = good_order(config);
    Effects effects;

    void report(Duration when, Outcome outcome, const char* message = "") {
        take_report(config, state, {"db1", CheckKind::mysql, outcome, message}, kStart + when);
    }
    bool good_at(Duration when) {
        for (auto& [name, host] : state.hosts) host.heard = kStart + when;
        judge_checks(config, state, kStart + when, effects);
        return record().good;
    }
    CheckRecord& record() { return state.hosts.at("db1").checks.at(CheckKind::mysql); }
};

}  // namespace

TEST_CASE("a check goes bad after failing for trap_period and is good again at its first success") {
    OneCheck check;
    check.report(0s, Outcome::failed_soft, "timeout");
    CHECK(check.good_at(0s));
    check.report(1s, Outcome::failed_soft, "timeout");
    check.report(2s, Outcome::failed_hard, "connection refused");
    CHECK(check.good_at(2'999ms));
    CHECK_FALSE(check.good_at(3s));
    CHECK(check.record().changed == kStart + 3s);
    check.report(3500ms, Outcome::ok);
    CHECK(check.good_at(3500ms));
    CHECK(check.record().changed == kStart + 3500ms);
}

TEST_CASE("a success in between starts the trap anew") {
    OneCheck check;
    check.report(0s, Outcome::failed_soft);
    check.report(2s, Outcome::ok);
    check.report(2500ms, Outcome::failed_soft);
    CHECK(check.good_at(5'499ms - 2s));
    check.report(4500ms, Outcome::failed_soft);
    CHECK(check.good_at(5'499ms));
    CHECK_FALSE(check.good_at(5'500ms));
}

TEST_CASE("unknown changes nothing") {
    OneCheck check;
    for (int second = 0; second < 20; ++second) {
        check.report(std::chrono::seconds(second), Outcome::unknown, "too many connections");
        CHECK(check.good_at(std::chrono::seconds(second)));
    }
    check.report(20s, Outcome::failed_soft);
    CHECK_FALSE(check.good_at(23s));
    check.report(23s, Outcome::unknown);
    CHECK_FALSE(check.good_at(23s));
}

TEST_CASE("hard evidence acts at once only when our connection and the agent agree") {
    struct {
        const char* name;
        CheckKind kind;
        Outcome outcome;
        proto::Server server;
        bool agent_there;
        bool enabled;
        bool good;
    } const cases[] = {
        {"both say so", CheckKind::mysql, Outcome::failed_hard, proto::Server::down, true, true, false},
        {"switched off", CheckKind::mysql, Outcome::failed_hard, proto::Server::down, true, false, true},
        {"only we", CheckKind::mysql, Outcome::failed_hard, proto::Server::up, true, true, true},
        {"the agent sees it hang", CheckKind::mysql, Outcome::failed_hard, proto::Server::hung, true, true, true},
        {"only the agent", CheckKind::mysql, Outcome::failed_soft, proto::Server::down, true, true, true},
        {"the agent said so and is gone", CheckKind::mysql, Outcome::failed_hard, proto::Server::down, false, true,
         true},
        {"not the mysql check", CheckKind::rep_threads, Outcome::failed_hard, proto::Server::down, true, true, true},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Config config = five_hosts();
        config.monitor.act_on_hard_evidence = each.enabled;
        State state = good_order(config);
        state.hosts.at("db1").status->server = each.server;
        state.hosts.at("db1").connected = each.agent_there;
        take_report(config, state, {"db1", each.kind, each.outcome, "connection refused"}, kStart);
        Effects effects;
        judge_checks(config, state, kStart, effects);
        CHECK(state.hosts.at("db1").checks.at(each.kind).good == each.good);
    }
}

TEST_CASE("a report that doesn't come counts as a failure from when it was due") {
    OneCheck check;  // period 1 s, time-out 0.5 s, slack 1 s, trap 3 s
    check.report(0s, Outcome::ok);
    CHECK(check.good_at(2501ms));
    CHECK(check.record().message == "no report in time");
    CHECK(check.good_at(5499ms));
    CHECK_FALSE(check.good_at(5500ms));
}

TEST_CASE("after a stall or without network failures count from now, and nobody counts as silent") {
    OneCheck check;
    check.report(0s, Outcome::failed_soft);
    silence(check.state, "db2", 10s);
    restart_evidence(check.state, kStart + 60s);
    CHECK(check.good_at(62'999ms - 500ms));
    CHECK_FALSE(agent_silent(check.state.hosts.at("db2"), kStart + 63'999ms));
    CHECK(agent_silent(check.state.hosts.at("db2"), kStart + 64s));
    CHECK_FALSE(check.good_at(63s));
}

TEST_CASE("at start the first report is the verdict, and a host found in service gets its trap") {
    const Config config = five_hosts();
    for (const auto& [outcome, good] :
         {std::pair{Outcome::ok, true}, {Outcome::unknown, true}, {Outcome::failed_soft, false}}) {
        State state = initial(config, kStart);
        take_report(config, state, {"db1", CheckKind::mysql, outcome, ""}, kStart);
        CHECK(state.hosts.at("db1").checks.at(CheckKind::mysql).good == good);
    }
    State state = initial(config, kStart);
    HostRecord& host = state.hosts.at("db1");
    take_report(config, state, {"db1", CheckKind::ping, Outcome::ok, ""}, kStart);
    take_report(config, state, {"db1", CheckKind::mysql, Outcome::failed_soft, "timeout"}, kStart);
    give_first_trap(host, kStart + 1s);
    Effects effects;
    for (int i = 1; i < 30; ++i) {  // no other report than of these two ever comes
        take_report(config, state, {"db1", CheckKind::ping, Outcome::ok, ""}, kStart + i * 100ms);
        take_report(config, state, {"db1", CheckKind::mysql, Outcome::failed_soft, "timeout"}, kStart + i * 100ms);
    }
    judge_checks(config, state, kStart + 2'999ms, effects);
    for (const auto& [kind, check] : host.checks) CHECK(check.good);
    judge_checks(config, state, kStart + 3s, effects);
    CHECK_FALSE(good(host, CheckKind::mysql));
    CHECK(good(host, CheckKind::rep_threads));
    judge_checks(config, state, kStart + 4s, effects);
    CHECK_FALSE(good(host, CheckKind::rep_threads));
    CHECK(host.checks.at(CheckKind::rep_threads).message == "no report since the start");
}

TEST_CASE("failures seen at start without network are forgotten, successes are not") {
    const Config config = five_hosts();
    State state = initial(config, kStart);
    take_report(config, state, {"db1", CheckKind::ping, Outcome::ok, ""}, kStart);
    take_report(config, state, {"db1", CheckKind::mysql, Outcome::failed_soft, "timeout"}, kStart);
    forget_first_failures(state, kStart + 9s);
    const auto& checks = state.hosts.at("db1").checks;
    CHECK(checks.at(CheckKind::ping).seen);
    CHECK_FALSE(checks.at(CheckKind::mysql).seen);
    CHECK_FALSE(checks.at(CheckKind::mysql).failing_since.has_value());
}

TEST_CASE("our network is fine while a ping_ip answers and not every host is lost at once") {
    struct {
        const char* name;
        bool ping_ip_answers;
        unsigned lost_hosts;
        bool agents_there;
        bool fine;
    } const cases[] = {
        {"all well", true, 0, true, true},
        {"no ping_ip answers", false, 0, true, false},
        {"one host is lost", true, 1, false, true},
        {"all hosts are lost", true, 4, false, false},
        {"pings are filtered, agents are there", true, 4, true, true},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        const Config config = five_hosts();
        State state = good_order(config);
        state.network_ok = each.ping_ip_answers;
        unsigned left = each.lost_hosts;
        for (auto& [name, host] : state.hosts) {
            if (left == 0) break;
            --left;
            host.checks.at(CheckKind::ping).last = Outcome::failed_soft;
            host.connected = each.agents_there;
        }
        CHECK(network_fine(config, state, kStart) == each.fine);
    }
}

TEST_CASE("reports of unknown hosts are dropped") {
    OneCheck check;
    take_report(check.config, check.state, {"db9", CheckKind::mysql, Outcome::failed_hard, ""}, kStart);
    CHECK(check.state == good_order(check.config));
}

TEST_CASE("time-outs on several hosts whose agents say that all is well are the network's; on one they are the host's",
          "[scenario-17]") {
    const struct {
        const char* what;
        std::set<HostName> time_out;
        std::set<HostName> vouched;
        bool db1_stays;
    } rows[] = {
        {"two, both vouched for", {"db1", "db2"}, {"db1", "db2"}, true},
        {"one alone", {"db1"}, {"db1", "db2", "db3", "db4"}, false},
        {"two, and nobody vouches for db1", {"db1", "db2", "db3"}, {"db2", "db3"}, false},
        {"two, but only db1 is vouched for", {"db1", "db2"}, {"db1"}, false},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const Config config = five_hosts();
        State state = good_order(config);
        Effects effects;
        for (int second = 0; second <= 30; ++second) {
            const Time now = kStart + std::chrono::seconds(second);
            for (auto& [name, host] : state.hosts) {
                host.heard = host.heard_by_anyone = now;
                if (row.vouched.contains(name)) host.said_up = now;
                const auto outcome = row.time_out.contains(name) ? Outcome::failed_soft : Outcome::ok;
                for (const auto& [kind, word] : kCheckWords)
                    take_report(config, state, {name, kind, kind == CheckKind::mysql ? outcome : Outcome::ok, ""}, now);
            }
            judge_checks(config, state, now, effects);
        }
        CHECK(state.hosts.at("db1").checks.at(CheckKind::mysql).good == row.db1_stays);
    }
}

TEST_CASE("what an agent said of its mysqld counts for a moment when its link is gone, and not when nobody hears it") {
    const Config config = five_hosts();
    for (const bool heard : {true, false}) {
        State state = good_order(config);
        Effects effects;
        for (int tenth = 0; tenth <= 80; ++tenth) {
            const Time now = kStart + std::chrono::milliseconds(100 * tenth);
            for (const auto* name : {"db1", "db2"}) {
                HostRecord& host = state.hosts.at(name);
                if (tenth <= 20) host.said_up = now;
                if (heard) host.heard_by_anyone = now;
                take_report(config, state, {name, CheckKind::mysql, Outcome::failed_soft, ""}, now);
            }
            judge_checks(config, state, now, effects);
            const bool good = state.hosts.at("db1").checks.at(CheckKind::mysql).good;
            INFO((heard ? "heard, " : "not heard, ") << tenth);
            // The trap is over after 3 s; the last word was said after 2 s and counts for 5 s.
            CHECK(good == (tenth < 30 || (heard && tenth < 70)));
        }
    }
}
