#include "tests/unit/monitor/command_cases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

void db2_arrives(State& state) {
    state.slots.at(kWriter).holder = "db2";
    state.active_master.clear();
    state.hosts.at("db2").status->writer = proto::WriterPhase::arriving;
}

}  // namespace

TEST_CASE("move_role moves an exclusive role to a host that can take it") {
    check_cases(
        five_hosts(),
        {
            {"move_role writer db2", as_is, kDone, "OK: Role 'writer' moves from 'db1' to 'db2'. Look with `show`."},
            {"move_role writer db2", [](State& s) { s.slots.at(kWriter).holder.clear(); }, kDone,
             "OK: Role 'writer' moves to 'db2'. Look with `show`."},
            {"move_role writer db1", as_is, kDone, "OK: Host 'db1' has role 'writer' already. Nothing to do."},
            {"move_role nothing db1", as_is, kRefused, "ERROR: Unknown role 'nothing'. Roles are: reader, writer"},
            {"move_role writer db9", as_is, kRefused, "ERROR: Unknown host 'db9'. Hosts are: db1, db2, db3, db4"},
            {"move_role writer db2", passive, kRefused,
             "ERROR: The monitor is in PASSIVE mode and moves nothing. Use set_active or set_manual first."},
            {"move_role writer db3", as_is, kRefused,
             "ERROR: Role 'writer' can't move to 'db3': the configuration does not give role 'writer' to host 'db3'. "
             "Its hosts are: db1, db2"},
            {"move_role writer db2", db2_is<HostState::awaiting_recovery>, kRefused,
             "ERROR: Role 'writer' can't move to 'db2': host 'db2' is AWAITING_RECOVERY. Set it online first."},
            {"move_role writer db2", [](State& s) { silence(s, "db2", 2s); }, kRefused,
             "ERROR: Role 'writer' can't move to 'db2': the agent on host 'db2' can't be reached. Start `mmm agent` "
             "there "
             "first."},
            {"move_role writer db2", db2_is<HostState::replication_fail>, kRefused,
             "ERROR: Role 'writer' can't move to 'db2': host 'db2' is REPLICATION_FAIL. Use --force to move it all the "
             "same; changes it hasn't applied or never received may be lost; they are listed."},
            {"move_role --force writer db2", db2_is<HostState::replication_fail>, kDone,
             "OK: Role 'writer' moves from 'db1' to 'db2'. Look with `show`."},
            {"move_role writer db2 --force", db2_is<HostState::replication_delay>, kDone,
             "OK: Role 'writer' moves from 'db1' to 'db2'. Look with `show`."},
            {"move_role --force writer db2", db2_is<HostState::hard_offline>, kRefused,
             "ERROR: Role 'writer' can't move to 'db2': host 'db2' is HARD_OFFLINE. `checks db2` says what is wrong "
             "there."},
            {"move_role --force writer db2",
             [](State& s) {
                 db2_is<HostState::replication_fail>(s);
                 silence(s, "db2", 2s);
             },
             kRefused,
             "ERROR: Role 'writer' can't move to 'db2': host 'db2' is REPLICATION_FAIL. `checks db2` says what is "
             "wrong "
             "there."},
            {"move_role writer db2",
             [](State& s) {
                 s.hosts.at("db2").status->sql_problem = "the SQL thread stopped with error 1062: duplicate";
             },
             kRefused,
             "ERROR: Role 'writer' can't move to 'db2': host 'db2' can't apply what it received: the SQL thread "
             "stopped "
             "with error 1062: duplicate. Use --force to move it all the same; changes it hasn't applied or never "
             "received may be lost; they are listed."},
            {"move_role writer db2", [](State& s) { s.hosts.at("db2").errant = "0-2-9"; }, kRefused,
             "ERROR: Role 'writer' can't move to 'db2': host 'db2' has transactions of its own that the writer never "
             "had: 0-2-9. Use --force to move it all the same; changes it hasn't applied or never received may be "
             "lost; they are listed."},
            {"move_role --force writer db2", [](State& s) { s.hosts.at("db2").errant = "0-2-9"; }, kDone,
             "OK: Role 'writer' moves from 'db1' to 'db2'. Look with `show`."},
            {"move_role writer db2", db2_arrives, kDone,
             "OK: Host 'db2' applies on, and becomes the writer when it has applied everything it received. Use "
             "--force to do without the rest."},
            {"move_role --force writer db2", db2_arrives, kDone,
             "OK: Host 'db2' becomes the writer without what it hasn't applied when drain_timeout is over, at once if "
             "it is. What it does without is listed by `show`."},
            {"move_role --force reader db3", as_is, kRefused,
             "ERROR: --force is for the role 'writer' only. Leave it out."},
            {"move_role writer db2",
             [](State& s) {
                 s.slots.at(kWriter).holder.clear();
                 s.move = PlannedMove{"db2", "db1", kStart + 5s};
             },
             kRefused, "ERROR: The role is on its way from 'db2' to 'db1' just now. Try again when it is there."},
        });
}

TEST_CASE("move_role of the writer is planned work with a deadline, and --force makes the target ONLINE") {
    const Config config = five_hosts();
    State state = good_order(config);
    db2_is<HostState::replication_fail>(state);
    Effects effects;
    run_command(config, state, split("move_role --force writer db2"), at(0s), effects);
    CHECK(state.move == PlannedMove{"db1", "db2", kStart + 11s + config.drain_timeout});
    CHECK(state.slots.at(kWriter).late_drain == proto::LateDrain::promote);
    CHECK(state.slots.at(kWriter).holder == "db2");
    CHECK(state.hosts.at("db2").state == HostState::online);
}

TEST_CASE("move_role of a balanced role takes its addresses off the host so that they are placed anew") {
    check_cases(five_hosts(),
                {
                    {"move_role reader db3", as_is, kDone,
                     "OK: Took 1 address(es) of balanced role 'reader' off host 'db3'; they are placed anew."},
                    {"move_role reader db1", as_is, kRefused,
                     "ERROR: Role 'reader' can't move to 'db1': the configuration does not give role 'reader' to host "
                     "'db1'. Its hosts are: db3, db4"},
                });
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    run_command(config, state, split("move_role reader db3"), at(0s), effects);
    CHECK(holders(state) == "129=-, 130=db4, 128=db1");
}

TEST_CASE("a role isn't moved away from its preferred host in active mode, not even by force") {
    Config config = five_hosts();
    config.roles["writer"].prefer = "db1";
    const char* const refusal =
        "ERROR: Role 'writer' prefers host 'db1' and would move back at once. Use set_manual first, or set that host "
        "offline.";
    check_cases(config, {
                            {"move_role writer db2", as_is, kRefused, refusal},
                            {"move_role --force writer db2", db2_is<HostState::replication_fail>, kRefused, refusal},
                            {"move_role writer db2", [](State& s) { s.mode = MonitorMode::manual; }, kDone,
                             "OK: Role 'writer' moves from 'db1' to 'db2'. Look with `show`."},
                        });
}

TEST_CASE("set_ip says in passive mode whose address it is") {
    check_cases(
        five_hosts(),
        {
            {"set_ip 192.168.10.128 db2", as_is, kRefused,
             "ERROR: set_ip works in PASSIVE mode only; in ACTIVE mode use move_role."},
            {"set_ip 192.168.10.128 db2", passive, kDone,
             "OK: Address 192.168.10.128 belongs to host 'db2' from now on; nothing is sent before set_active or "
             "set_manual."},
            {"set_ip 192.168.10.128 db9", passive, kRefused,
             "ERROR: Unknown host 'db9'. Hosts are: db1, db2, db3, db4"},
            {"set_ip 192.168.10.128 db3", passive, kRefused,
             "ERROR: Host 'db3' can't have role 'writer' by the configuration; its hosts are: db1, db2"},
            {"set_ip 192.168.10.199 db1", passive, kRefused,
             "ERROR: No role has the address 192.168.10.199. Addresses are: "
             "reader(192.168.10.129), reader(192.168.10.130), writer(192.168.10.128)"},
        });
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    CHECK(run_command(config, state, split("set_ip nonsense db1"), at(0s), effects).exit == kRefused);
    passive(state);
    run_command(config, state, split("set_ip 192.168.10.128 db2"), at(0s), effects);
    CHECK(state.slots.at(kWriter).holder == "db2");
    CHECK(state.slots.at(kWriter).granted_to.empty());
}
