#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("periods that contradict each other are found") {
    const std::vector<Case> cases{
        {"a timeout as long as the period",
         {{"timeout = \"500ms\"", "timeout = \"1s\""}},
         "t.toml:37:11: fault: [check.default] has timeout 1s and check_period 1s: a check must end before the next "
         "begins; write a timeout below 1s\n"},
        {"a timeout longer than the period of one check",
         {{"max_backlog = \"60s\"", "timeout = \"2s\""}},
         "t.toml:39:11: fault: [check.rep_backlog] has timeout 2s and check_period 1s: a check must end before the "
         "next begins; write a timeout below 1s\n"},
        {"a period shorter than the default timeout",
         {{"max_backlog = \"60s\"", "check_period = \"200ms\""}},
         "t.toml:39:16: fault: [check.rep_backlog] has timeout 500ms and check_period 200ms: a check must end before "
         "the next begins; write a timeout below 200ms\n"},
        {"a trap shorter than the period",
         {{"trap_period = \"3s\"", "trap_period = \"0s\""}},
         "t.toml:36:15: doubt: [check.default] has trap_period 0s and check_period 1s: a single failed check is "
         "enough; write a trap_period of at least 2s\n"},
        {"a trap shorter than one check's period",
         {{"max_backlog = \"60s\"", "check_period = \"10s\""}},
         "t.toml:39:16: doubt: [check.rep_backlog] has trap_period 3s and check_period 10s: a single failed check is "
         "enough; write a trap_period of at least 20s\n"},
        {"a backlog in another check",
         {{"[check.rep_backlog]", "[check.mysql]"}},
         "t.toml:39:15: doubt: \"max_backlog\" has no effect in [check.mysql]; move it to [check.rep_backlog]\n"},
        {"a heartbeat table without a database",
         {{"max_backlog = \"60s\"", "heartbeat_table = \"heartbeat\""}},
         "t.toml:39:19: fault: heartbeat_table \"heartbeat\" is no database and table; write heartbeat_table = "
         "\"DATABASE.TABLE\"\n"},
        {"a heartbeat table that would be more than a name",
         {{"max_backlog = \"60s\"", "heartbeat_table = \"a.b`; DROP\""}},
         "t.toml:39:19: fault: heartbeat_table \"a.b`; DROP\" is no database and table; write heartbeat_table = "
         "\"DATABASE.TABLE\"\n"},
        {"a heartbeat table in another check",
         {{"[check.rep_backlog]\nmax_backlog = \"60s\"", "[check.mysql]\nheartbeat_table = \"mmm.heartbeat\""}},
         "t.toml:39:19: doubt: \"heartbeat_table\" has no effect in [check.mysql]; move it to [check.rep_backlog]\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}
