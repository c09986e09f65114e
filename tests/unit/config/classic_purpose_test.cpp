#include <catch2/catch.hpp>

#include "core/config/toml.hpp"
#include "tests/unit/config/cases.hpp"
#include "tests/unit/config/classic_cases.hpp"

using namespace mmm::config;
using test::classic;
using test::classic_findings;
using test::spoiled;

namespace {

const std::string kMonitorSection =
    "<monitor>\n  ip 192.168.10.135\n  ping_ips 192.168.10.1, 192.168.10.131\n</monitor>\n";
const std::string kMonitorUser = "  monitor_user mmm_monitor\n  monitor_password monitor\n";
const std::string kAgentUsers = "  replication_user replication\n  replication_password replication\n";
const std::string kAgentUser = "  agent_user mmm_agent\n  agent_password agent\n";

/// What all programs share: mmm_common.conf without users.
std::string common() {
    return spoiled({{kMonitorSection, ""}, {kMonitorUser, ""}, {kAgentUsers, ""}, {kAgentUser, ""}});
}

}  // namespace

TEST_CASE("a classic file need only have what its program uses") {
    const std::string agent = spoiled({{kMonitorSection, "this db1\n"}, {kMonitorUser, ""}});
    const std::string monitor = spoiled({{kAgentUsers, ""}, {kAgentUser, ""}});
    CHECK(classic_findings(agent, Purpose::agent).empty());
    CHECK(classic_findings(monitor, Purpose::monitor).empty());
    CHECK(classic_findings(common(), Purpose::any).empty());
    CHECK(classic_findings(kMonitorSection, Purpose::control).empty());

    CHECK(
        classic_findings(agent, Purpose::monitor) ==
        "t.conf: fault: the monitor has no ip; add \"ip ADDRESS\" to <monitor>\n"
        "t.conf: doubt: \"ping_ips\" is empty: the monitor can't tell its own network's failure from all hosts'; write "
        "addresses that always answer, like the router's\n"
        "t.conf:3:1: fault: db1, db2, db3 and db4 have no monitor_user, the monitor's database user; add "
        "\"monitor_user NAME\" to <host default>\n"
        "t.conf:3:1: fault: db1, db2, db3 and db4 have no password for the monitor user; add \"monitor_password "
        "PASSWORD\" to <host default>\n");
    CHECK(
        classic_findings(monitor, Purpose::agent) ==
        "t.conf: doubt: \"this\" is missing: the agent takes the host that has one of this machine's addresses; add "
        "\"this NAME\" outside of any section\n"
        "t.conf:6:1: fault: db1, db2, db3 and db4 have no agent_user, the agent's database user; add \"agent_user "
        "NAME\" to <host default>\n"
        "t.conf:6:1: fault: db1, db2, db3 and db4 have no password for the agent user; add \"agent_password PASSWORD\" "
        "to <host default>\n"
        "t.conf:6:1: fault: db1, db2, db3 and db4 have no replication_user, the replicas' database user; add "
        "\"replication_user NAME\" to <host default>\n"
        "t.conf:6:1: fault: db1, db2, db3 and db4 have no password for the replication user; add "
        "\"replication_password PASSWORD\" to <host default>\n");
    CHECK(classic_findings(common(), Purpose::control) ==
          "t.conf: fault: the monitor has no ip; add \"ip ADDRESS\" to <monitor>\n");
}

TEST_CASE("whose file it is shows by what is in it") {
    CHECK(purpose_of(classic("this db1\n")) == Purpose::agent);
    CHECK(purpose_of(classic(kMonitorSection)) == Purpose::monitor);
    CHECK(purpose_of(classic("this db1\n" + kMonitorSection)) == Purpose::agent);
    CHECK(purpose_of(classic(common())) == Purpose::any);
    CHECK(purpose_of(read_toml("t.toml", "this = \"db1\"\n")) == Purpose::any);
}

TEST_CASE("a TOML file serves all programs and needs everything, whoever reads it") {
    const auto loaded = read_toml("t.toml", test::text_of({{"agent_user = \"mmm_agent\"\n", ""}}));
    for (const auto purpose : {Purpose::any, Purpose::monitor, Purpose::agent, Purpose::control}) {
        const auto findings = all_findings(loaded, purpose);
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].message.find("have no agent_user") != std::string::npos);
    }
}

TEST_CASE("the monitor on 127.0.0.1, as in the distributed files, is fine") {
    CHECK(classic_findings(spoiled({{"  ip 192.168.10.135", "  ip 127.0.0.1"}})).empty());
}
