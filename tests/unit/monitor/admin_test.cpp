#include "tests/unit/monitor/command_cases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

TEST_CASE("commands that don't exist or lack words are usage errors") {
    check_cases(five_hosts(),
                {
                    {"", as_is, kUsage, "ERROR: No command given. Try `help`."},
                    {"hello", as_is, kUsage, "ERROR: Invalid command 'hello'. Try `help`."},
                    {"set_online", as_is, kUsage, "ERROR: Usage: set_online HOST"},
                    {"set_online db1 db2", as_is, kUsage, "ERROR: Usage: set_online HOST"},
                    {"show all", as_is, kUsage, "ERROR: Usage: show"},
                    {"move_role writer", as_is, kUsage, "ERROR: Usage: move_role [--force] ROLE HOST"},
                    {"move_role --force db2", as_is, kUsage, "ERROR: Usage: move_role [--force] ROLE HOST"},
                    {"set_ip db1", as_is, kUsage, "ERROR: Usage: set_ip IP HOST"},
                    {"checks db1 ping all", as_is, kUsage, "ERROR: Usage: checks [HOST|all [CHECK|all]]"},
                });
}

TEST_CASE("ping, mode and the modes") {
    check_cases(five_hosts(),
                {
                    {"ping", as_is, kDone, "OK: Pinged the monitor, it lives."},
                    {"mode", as_is, kDone, "ACTIVE"},
                    {"mode", passive, kDone, "PASSIVE"},
                    {"mode", [](State& s) { s.mode = MonitorMode::wait; }, kDone, "WAIT"},
                    {"set_active", as_is, kDone, "OK: The monitor is in ACTIVE mode already. Nothing to do."},
                    {"set_manual", as_is, kDone, "OK: Switched from ACTIVE to MANUAL mode."},
                    {"set_passive", as_is, kDone, "OK: Switched from ACTIVE to PASSIVE mode."},
                    {"set_active", passive, kDone, "OK: Switched from PASSIVE to ACTIVE mode."},
                });
}

TEST_CASE("set_online is for hosts that wait for it and are fine") {
    constexpr auto kAdmin = HostState::admin_offline;
    check_cases(
        five_hosts(),
        {
            {"set_online db9", as_is, kRefused, "ERROR: Unknown host 'db9'. Hosts are: db1, db2, db3, db4"},
            {"set_online db1", as_is, kDone, "OK: Host 'db1' is ONLINE already. Nothing to do."},
            {"set_online db1", db1_is<kAdmin>, kDone, "OK: Host 'db1' is ONLINE now. Roles follow; look with `show`."},
            {"set_online db1", db1_is<HostState::awaiting_recovery>, kDone,
             "OK: Host 'db1' is ONLINE now. Roles follow; look with `show`."},
            {"set_online db1",
             [](State& s) {
                 db1_is<HostState::hard_offline>(s);
                 s.hosts.at("db1").reason = "mysql check fails";
             },
             kRefused,
             "ERROR: Host 'db1' is HARD_OFFLINE; only a host that is ADMIN_OFFLINE or AWAITING_RECOVERY can be set "
             "online. Reason of its state: mysql check fails"},
            {"set_online db1",
             [](State& s) {
                 db1_is<HostState::replication_fail>(s);
                 s.hosts.at("db1").reason = "threads are stopped";
             },
             kRefused,
             "ERROR: Host 'db1' is REPLICATION_FAIL; only a host that is ADMIN_OFFLINE or AWAITING_RECOVERY can be set "
             "online. Reason of its state: threads are stopped"},
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 set_check(s, "db1", CheckKind::ping, false, "no answer");
             },
             kRefused,
             "ERROR: Check 'ping' fails on host 'db1' (no answer); it can't be set online before that is mended."},
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 set_check(s, "db1", CheckKind::mysql, false, "connection refused");
             },
             kRefused,
             "ERROR: Check 'mysql' fails on host 'db1' (connection refused); it can't be set online before that is "
             "mended."},
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 s.hosts.at("db1").connected = false;
                 s.hosts.at("db1").link_problem = "connection refused";
             },
             kRefused,
             "ERROR: The agent on host 'db1' can't be reached (connection refused); start `mmm agent` there first."},
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 silence(s, "db1", 2s);
             },
             kRefused, "ERROR: The agent on host 'db1' can't be reached; start `mmm agent` there first."},
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 passive(s);
             },
             kDone, "OK: Host 'db1' is ONLINE now; nothing is sent before set_active or set_manual."},
            // db2's replication counts while db1 is the writer, and not while db2 itself is.
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 set_check(s, "db2", CheckKind::rep_threads, false, "SQL thread stopped");
             },
             kRefused,
             "ERROR: Check 'rep_threads' fails on its peer 'db2' (SQL thread stopped); set 'db1' online when that is "
             "mended."},
            {"set_online db1",
             [](State& s) {
                 db1_is<kAdmin>(s);
                 s.active_master = "db2";
                 set_check(s, "db2", CheckKind::rep_threads, false, "SQL thread stopped");
             },
             kDone, "OK: Host 'db1' is ONLINE now. Roles follow; look with `show`."},
        });
}

TEST_CASE("set_online forgives flapping") {
    const Config config = five_hosts();
    State state = good_order(config);
    HostRecord& host = state.hosts.at("db3");
    host.state = HostState::awaiting_recovery;
    host.flapping = true;
    host.departures = {kStart};
    Effects effects;
    run_command(config, state, {"set_online", "db3"}, at(0s), effects);
    CHECK_FALSE(host.flapping);
    CHECK(host.departures.empty());
}

TEST_CASE("set_offline is for hosts in service and with replication trouble") {
    const char* const done =
        "OK: Host 'db1' is ADMIN_OFFLINE now: its roles go elsewhere and its replication is stopped.";
    check_cases(five_hosts(),
                {
                    {"set_offline db9", as_is, kRefused, "ERROR: Unknown host 'db9'. Hosts are: db1, db2, db3, db4"},
                    {"set_offline db1", as_is, kDone, done},
                    {"set_offline db1", db1_is<HostState::replication_fail>, kDone, done},
                    {"set_offline db1", db1_is<HostState::replication_delay>, kDone, done},
                    {"set_offline db1", passive, kDone,
                     "OK: Host 'db1' is ADMIN_OFFLINE now; nothing is sent before set_active or set_manual."},
                    {"set_offline db1", db1_is<HostState::admin_offline>, kDone,
                     "OK: Host 'db1' is ADMIN_OFFLINE already. Nothing to do."},
                    {"set_offline db1", db1_is<HostState::hard_offline>, kRefused,
                     "ERROR: Host 'db1' is HARD_OFFLINE; only a host that is ONLINE, REPLICATION_FAIL or "
                     "REPLICATION_DELAY can be set offline. Wait until it is back, or set it online first."},
                    {"set_offline db1", db1_is<HostState::awaiting_recovery>, kRefused,
                     "ERROR: Host 'db1' is AWAITING_RECOVERY; only a host that is ONLINE, REPLICATION_FAIL or "
                     "REPLICATION_DELAY can be set offline. Wait until it is back, or set it online first."},
                });
}

TEST_CASE("set_offline says when the host's replication goes on") {
    Config config = five_hosts();
    config.monitor.offline_stops_replication = false;
    check_cases(config, {{"set_offline db3", as_is, kDone,
                          "OK: Host 'db3' is ADMIN_OFFLINE now: its roles go elsewhere and its replication goes on."}});
}

TEST_CASE("checks refuses hosts and checks that don't exist") {
    check_cases(five_hosts(),
                {
                    {"checks db9", as_is, kRefused, "ERROR: Unknown host 'db9'. Hosts are: db1, db2, db3, db4"},
                    {"checks db1 nothing", as_is, kRefused,
                     "ERROR: Unknown check 'nothing'. Checks are: ping, mysql, rep_backlog, rep_threads"},
                });
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    for (const char* command : {"checks", "checks all", "checks all all", "checks db1", "checks db1 ping"}) {
        const auto reply = run_command(config, state, split(command), at(0s), effects);
        CHECK(reply.exit == kDone);
        CHECK(reply.text.ends_with("\n"));
        CHECK_FALSE(reply.data_json.empty());
    }
}

TEST_CASE("while the monitor starts it shows and refuses to change") {
    const char* const refusal =
        "ERROR: The monitor is still starting: it looks at the cluster before it acts. Try again in a few seconds.";
    const auto starting = [](State& state) { state.phase = Phase::collecting; };
    check_cases(five_hosts(), {
                                  {"set_online db1", starting, kRefused, refusal},
                                  {"set_offline db1", starting, kRefused, refusal},
                                  {"set_passive", starting, kRefused, refusal},
                                  {"set_ip 192.168.10.128 db1", starting, kRefused, refusal},
                                  {"move_role writer db2", starting, kRefused, refusal},
                                  {"mode", starting, kDone, "ACTIVE"},
                                  {"ping", starting, kDone, "OK: Pinged the monitor, it lives."},
                              });
}

TEST_CASE("help names every command, a line each") {
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    const std::string help = run_command(config, state, {"help"}, at(0s), effects).text;
    CHECK(help.starts_with("Commands:\n"));
    CHECK(help.ends_with("\n"));
    for (const char* line :
         {"  help ", "  ping ", "  show ", "  checks [HOST|all [CHECK|all]] ", "  explain [HOST|ROLE] ",
          "  set_online HOST ", "  set_offline HOST ", "  mode ", "  set_active ", "  set_manual ", "  set_passive ",
          "  move_role [--force] ROLE HOST ", "  set_ip IP HOST ", "  confirm_dead HOST "}) {
        INFO(line);
        CHECK(help.find("\n" + std::string(line)) != std::string::npos);
    }
    CHECK(std::count(help.begin(), help.end(), '\n') == 20);
}

TEST_CASE("show answers for people and for programs") {
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    const auto reply = run_command(config, state, {"show"}, at(0s), effects);
    CHECK(reply.text.starts_with("  db1(192.168.10.131) master/ONLINE."));
    CHECK(reply.data_json.starts_with("{"));
    CHECK(effects.empty());
}
