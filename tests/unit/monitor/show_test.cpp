#include "core/monitor/show.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/monitor/show_checks.hpp"
#include "core/monitor/warnings.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

TEST_CASE("links that nothing secures are named, unless the configuration says so itself") {
    Config config = five_hosts();
    const std::string line =
        "# Warning: links are plain text: whoever comes from a configured host's address is obeyed; see mmm keygen\n";
    const auto shown = [&] { return show_text(config, initial(config, at(0s).time), at(0s)); };
    CHECK(shown().find(line) == std::string::npos);
    config.security.plain = false;
    CHECK(shown().find(line) != std::string::npos);
    config.security.key_file = "cluster.key";
    CHECK(shown().find(line) == std::string::npos);
}

TEST_CASE("show has MMM 2.2's line for each host, byte by byte") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db2").state = HostState::awaiting_recovery;
    CHECK(show_text(config, state, at(0s)) ==
          "  db1(192.168.10.131) master/ONLINE. Roles: writer(192.168.10.128)\n"
          "  db2(192.168.10.132) master/AWAITING_RECOVERY. Roles: \n"
          "  db3(192.168.10.133) slave/ONLINE. Roles: reader(192.168.10.129)\n"
          "  db4(192.168.10.134) slave/ONLINE. Roles: reader(192.168.10.130)\n");
}

TEST_CASE("several roles of a host are sorted and divided by a comma") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.slots.at(kWriter).holder = state.slots.at(kOtherReader).holder = "db3";
    CHECK(show_text(config, state, at(0s))
              .find("  db3(192.168.10.133) slave/ONLINE. Roles: reader(192.168.10.129), reader(192.168.10.130), "
                    "writer(192.168.10.128)\n") != std::string::npos);
}

TEST_CASE("lines that need attention come first, preferences last, all marked") {
    Config config = five_hosts();
    config.roles["writer"].prefer = "db1";
    State state = good_order(config);
    state.hosts.at("db4").connected = false;
    state.hosts.at("db4").link_problem = "connection refused";
    const std::string text = show_text(config, state, at(0s));
    CHECK(text.starts_with("# Warning: agent on host db4 is not reachable (connection refused)\n  db1("));
    CHECK(text.ends_with("Roles: reader(192.168.10.130)\n# Role writer prefers host db1\n"));
}

TEST_CASE("what needs an operator's attention") {
    struct {
        void (*change)(State&);
        std::vector<std::string> expected;
    } const cases[] = {
        {[](State&) {}, {}},
        {[](State& s) { s.mode = MonitorMode::passive; },
         {"Warning: the monitor is in passive mode and changes nothing"}},
        {[](State& s) {
             s.mode = MonitorMode::passive;
             s.mode_reason = "an operator's command";
         },
         {"Warning: the monitor is in passive mode and changes nothing: an operator's command"}},
        {[](State& s) { s.phase = Phase::collecting; }, {"Warning: the monitor is starting, it only looks yet"}},
        {[](State& s) { s.network_since.reset(); }, {"Warning: the monitor has no network, it changes nothing"}},
        {[](State& s) { silence(s, "db3", 1500ms); }, {"Warning: agent on host db3 is not reachable"}},
        {[](State& s) { s.hosts.at("db1").status->read_only_owed = true; },
         {"Warning: db1 could not be made read-only yet"}},
        {[](State& s) { s.hosts.at("db1").status->problem = "can't put the address"; },
         {"Warning: db1: can't put the address"}},
        {[](State& s) { s.hosts.at("db1").flapping = true; }, {"Warning: db1 is flapping and stays out of service"}},
        {[](State& s) {
             auto& check = s.hosts.at("db1").checks.at(CheckKind::mysql);
             check.last = Outcome::unknown;
             check.message = "too many connections";
         },
         {"Warning: db1 can't be judged: too many connections"}},
        {[](State& s) {
             for (const char* name : {"db1", "db2"}) {
                 auto& check = s.hosts.at(name).checks.at(CheckKind::rep_backlog);
                 check.last = Outcome::unknown;
                 check.message = "Backlog is unknown: the source can't be reached";
             }
         },
         {"Warning: replication of db2 can't be judged: Backlog is unknown: the source can't be reached"}},
        {[](State& s) { s.slots.at(kWriter).holder.clear(); }, {"Warning: no host can have writer(192.168.10.128)"}},
        {[](State& s) {
             s.slots.at(kWriter).holder.clear();  // nothing is given away while only watching
             s.mode = MonitorMode::passive;
         },
         {"Warning: the monitor is in passive mode and changes nothing"}},
        {[](State& s) {
             s.slots.at(kWriter).holder = "db2";
             s.slots.at(kWriter).granted_to.clear();
         },
         {"Warning: writer(192.168.10.128) goes to db2 as soon as it is certain that db1 no longer has it"}},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = good_order(config);
        each.change(state);
        CHECK(warnings(state, at(0s)) == each.expected);
    }
}

TEST_CASE("checks has MMM 2.2's line for each check, byte by byte") {
    const Config config = five_hosts();
    State state = good_order(config);
    auto& checks = state.hosts.at("db1").checks;
    for (auto& [kind, check] : checks) check.changed = kStart;
    checks.at(CheckKind::rep_backlog).message = "Backlog is null";
    checks.at(CheckKind::mysql).message = "OK";
    checks.at(CheckKind::mysql).changed = kStart - 3s;
    CHECK(checks_text(state, "db1", "all", at(0s)) ==
          "db1  ping         [last change: 2026/11/22 12:43:16]  OK\n"
          "db1  mysql        [last change: 2026/11/22 12:43:13]  OK\n"
          "db1  rep_backlog  [last change: 2026/11/22 12:43:16]  OK: Backlog is null\n"
          "db1  rep_threads  [last change: 2026/11/22 12:43:16]  OK\n");
}

TEST_CASE("hosts are padded to the longest name") {
    Config config = five_hosts();
    config.hosts["database5"] = *config.host("db4");
    State state = good_order(config);
    for (auto& [name, host] : state.hosts) host.checks.at(CheckKind::ping).changed = kStart;
    CHECK(checks_text(state, "db1", "ping", at(0s)) ==
          "db1        ping         [last change: 2026/11/22 12:43:16]  OK\n");
}

TEST_CASE("a check's result in words") {
    struct {
        bool seen;
        bool good;
        Outcome last;
        const char* message;
        const char* text;
    } const cases[] = {
        {false, false, Outcome::unknown, "", "UNKNOWN: not checked yet"},
        {true, true, Outcome::ok, "", "OK"},
        {true, true, Outcome::ok, "OK", "OK"},
        {true, true, Outcome::ok, "Backlog is null", "OK: Backlog is null"},
        {true, false, Outcome::failed_hard, "connection refused", "ERROR: connection refused"},
        {true, false, Outcome::failed_soft, "", "ERROR"},
        {true, true, Outcome::failed_soft, "timeout", "OK: but fails since a moment ago: timeout"},
        {true, true, Outcome::unknown, "too many connections",
         "OK: as before, the last try told nothing: too many connections"},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = good_order(config);
        CheckRecord& check = state.hosts.at("db1").checks.at(CheckKind::mysql);
        check = {each.seen, each.good, each.last, {}, kStart, kStart, each.message};
        CHECK(checks_text(state, "db1", "mysql", at(0s)) ==
              "db1  mysql        [last change: 2026/11/22 12:43:16]  " + std::string(each.text) + "\n");
    }
}

TEST_CASE("checks can be narrowed to a host and a check") {
    const Config config = five_hosts();
    const State state = good_order(config);
    const auto lines = [&](const char* host, const char* kind) {
        const std::string text = checks_text(state, host, kind, at(0s));
        return std::count(text.begin(), text.end(), '\n');
    };
    CHECK(lines("all", "all") == 16);
    CHECK(lines("db1", "all") == 4);
    CHECK(lines("all", "ping") == 4);
    CHECK(lines("db1", "ping") == 1);
    CHECK(nlohmann::json::parse(checks_json(state, "all", "ping", at(0s))).size() == 4);
}

TEST_CASE("for programs: one JSON object with everything that show says, and more") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.slots.at(kWriter).holder = "db2";
    state.slots.at(kWriter).granted_to.clear();
    state.active_master.clear();
    state.hosts.at("db1").state = HostState::hard_offline;
    state.hosts.at("db1").reason = "mysql check fails: \"\xff\"";
    const auto all = nlohmann::json::parse(show_json(config, state, at(0s)));
    CHECK(all["mode"] == "ACTIVE");
    CHECK(all["active_master"].is_null());
    CHECK(all["hosts"].size() == 4);
    const auto& db1 = all["hosts"][0];
    CHECK(db1["name"] == "db1");
    CHECK(db1["ip"] == "192.168.10.131");
    CHECK(db1["state"] == "HARD_OFFLINE");
    CHECK(db1["mode"] == "master");
    CHECK(db1["agent"] == "ok");
    CHECK(db1["read_only"] == false);
    CHECK(db1["roles"].empty());
    CHECK(all["hosts"][1]["roles"] == nlohmann::json::array({"writer(192.168.10.128)"}));
    CHECK(all["hosts"][1]["source"] == "192.168.10.131");
    CHECK(all["roles"][1]["name"] == "writer");
    const nlohmann::json slot{{"ip", "192.168.10.128"},
                              {"holder", "db2"},
                              {"epoch", 7},
                              {"state", "moving"},
                              {"waiting_for", nlohmann::json::array({"db1"})}};
    CHECK(all["roles"][1]["slots"][0] == slot);
    CHECK(all["warnings"].size() == 1);
}

TEST_CASE("moments are shown in local time") {
    CHECK(wall_text(kStart, at(0s)) == "2026/11/22 12:43:16");
    CHECK(wall_text(kStart, at(90s)) == "2026/11/22 12:43:16");
    CHECK(wall_text(kStart - 24h, at(0s)) == "2026/11/21 12:43:16");
}

TEST_CASE("a moment has the same text whenever it is shown") {
    for (Duration later = 700ms; later < 3s; later += 50ms) {
        CHECK(wall_text(kStart + 700ms, at(later)) == "2026/11/22 12:43:16");
    }
}
