#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"
#include "tests/unit/config/classic_cases.hpp"

using namespace mmm::config;
using mmm::config::test::Case;
using mmm::config::test::findings_of;

namespace {

/// The clean cluster with these lines below [quorum].
std::vector<std::pair<std::string, std::string>> quorum(const std::string& lines) {
    return {{"[monitor]", "[quorum]\n" + lines + "\n[monitor]"}};
}

}  // namespace

TEST_CASE("every rule about voters has a message") {
    const std::string wants_three = "; name three voters or more: hosts, and \"monitor\"\n";
    const std::vector<Case> cases{
        {"three voters", quorum("voters = [\"db1\", \"db2\", \"monitor\"]"), ""},
        {"four voters", quorum("voters = [\"db1\", \"db2\", \"db3\", \"monitor\"]"), ""},
        {"hosts alone", quorum("voters = [\"db1\", \"db2\", \"db3\"]"), ""},
        {"an empty list is the default", quorum("voters = []"), ""},
        {"a voter that isn't there", quorum("voters = [\"db1\", \"db2\", \"db9\"]"),
         "t.toml:3:25: fault: the voter \"db9\" is neither a host nor \"monitor\"; did you mean \"db1\"?\n"},
        {"a misspelt monitor", quorum("voters = [\"db1\", \"db2\", \"Monitor\"]"),
         "t.toml:3:25: fault: the voter \"Monitor\" is neither a host nor \"monitor\"; did you mean \"monitor\"?\n"},
        {"a voter without a name", quorum("voters = [\"db1\", \"db2\", \"\"]"),
         "t.toml:3:25: fault: the voter \"\" is neither a host nor \"monitor\"; write a host's name, or \"monitor\"\n"},
        {"a voter twice", quorum("voters = [\"db1\", \"db2\", \"monitor\", \"db2\"]"),
         "t.toml:3:36: fault: db2 stands in voters twice; remove one: each has one vote\n"},
        {"no master", quorum("voters = [\"db3\", \"db4\", \"monitor\"]"),
         "t.toml:3:10: fault: no master is a voter: none could keep writing by its own vote; add at least one of db1, "
         "db2\n"},
        {"one voter", quorum("voters = [\"db1\"]"),
         "t.toml:3:10: doubt: db1 is the only voter: its outage for longer than lease (2s) stops all writes" +
             wants_three},
        {"two voters", quorum("voters = [\"monitor\", \"db2\"]"),
         "t.toml:3:10: doubt: db2 and monitor are the only voters, and two of two are a majority: the outage of either "
         "for longer than lease (2s) stops all writes" +
             wants_three},
        {"two voters and hold",
         {{"[monitor]",
           "[quorum]\nvoters = [\"monitor\", \"db2\"]\non_loss = \"hold\"\n[monitor]\nkill_host_bin = \"/sbin/k\""}},
         "t.toml:3:10: doubt: db2 and monitor are the only voters, and two of two are a majority: the outage of either "
         "stops all moves" +
             wants_three},
        {"hold without a kill command", quorum("on_loss = \"hold\""),
         "t.toml:3:11: doubt: on_loss is hold, and there is no kill_host_bin: when the writer's host dies, its address "
         "moves only after `mmm ctl confirm_dead`; add kill_host_bin = \"/...\" to [monitor], or write on_loss = "
         "\"demote\"\n"},
        {"hold with a kill command",
         {{"[monitor]", "[quorum]\non_loss = \"hold\"\n[monitor]\nkill_host_bin = \"/sbin/kill_host\""}},
         ""},
        {"a host of the monitor's name",
         {{"[host.db4]", "[host.monitor]"}, {"\"db4\"]", "\"monitor\"]"}},
         "t.toml:23:1: fault: a host can't be named \"monitor\": that is the monitor's name among voters; choose "
         "another name\n"},
        {"a relative state file",
         {{"[host.db1]", "[host.db1]\nstate_path = \"a.state\""}},
         "t.toml:13:14: fault: \"state_path\" of [host.db1] is a relative path, a.state; write it from the root on, "
         "\"/...\"\n"},
        {"one file for two things",
         {{"[host.db1]", "[host.db1]\npid_path = \"/a\"\nstate_path = \"/a\""}},
         "t.toml:14:14: fault: \"state_path\" and \"pid_path\" of [host.db1] are the same file; write two different "
         "files\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}

TEST_CASE("a single host and the monitor are told that both are needed") {
    Loaded loaded = read_toml("t.toml", test::kClean);
    for (const auto* name : {"db2", "db3", "db4"}) loaded.config.hosts.erase(name);
    std::string all;
    for (const auto& finding : validate(loaded.config, loaded.where)) all += text(finding) + "\n";
    CHECK_THAT(all, Catch::Contains("doubt: db1 and monitor are the only voters, and two of two are a majority"));
}

TEST_CASE("a bad value of a key about leases is told with what to write") {
    const std::string top = "active_master_role = \"writer\"";
    const std::vector<Case> cases{
        {"too short a lease",
         {{top, "lease = \"900ms\""}},
         "t.toml:1:9: fault: \"lease\" is 900ms; write something between \"1s\" and \"1m\"\n"},
        {"too long a lease",
         {{top, "lease = \"61s\""}},
         "t.toml:1:9: fault: \"lease\" is 61s; write something between \"1s\" and \"1m\"\n"},
        {"a lease without its unit",
         {{top, "lease = 3"}},
         "t.toml:1:9: fault: \"lease\" must be a duration with its unit, not the number 3; write \"3s\"\n"},
        {"drift as a number",
         {{top, "drift = 0.1"}},
         "t.toml:1:9: fault: \"drift\" must be a percentage, not the number 0.1; write \"0.1%\"\n"},
        {"too much drift",
         {{top, "drift = \"6%\""}},
         "t.toml:1:9: fault: \"drift\" is 6%; write something between \"0.001%\" and \"5%\"\n"},
        {"no drift",
         {{top, "drift = \"0ppm\""}},
         "t.toml:1:9: fault: \"drift\" is 0%; write something between \"0.001%\" and \"5%\"\n"},
        {"an unknown word", quorum("on_loss = \"keep\""),
         "t.toml:3:11: fault: \"on_loss\" must be \"demote\" or \"hold\", not the text \"keep\"\n"},
        {"a misspelt section",
         {{"[monitor]", "[quorom]\non_loss = \"demote\"\n[monitor]"}},
         "t.toml:2:1: fault: unknown section \"quorom\"; did you mean [quorum]?\n"},
        {"a key at the wrong place",
         {{top, "on_loss = \"hold\""}},
         "t.toml:1:1: fault: unknown key \"on_loss\" at the top of the file; it belongs in [quorum]\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}

TEST_CASE("classic files have the keys about leases too") {
    const auto loaded = test::classic(
        "lease 3\ndrift 0.02%\n<quorum>\n  voters db1, db2, monitor\n  on_loss hold\n  version1_orders yes\n</quorum>\n"
        "<host db1>\n  state_path /srv/db1.state\n</host>\n");
    for (const auto& finding : loaded.findings) CHECK(text(finding).empty());
    CHECK(loaded.config.lease == 3s);
    CHECK(loaded.config.drift == Ratio{200});
    CHECK(loaded.config.quorum == Quorum{{"db1", "db2", "monitor"}, OnLoss::hold, true});
    CHECK(loaded.config.hosts.at("db1").state_path == "/srv/db1.state");
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"lease 0.5\n", "\"lease\" is 0.5 s; write something between 1 and 60"},
        {"lease 2s\n", "\"lease\" must be a number of seconds"},
        {"drift 0.1\n", "\"drift\" must be a percentage, not \"0.1\"; write \"drift 0.1%\""},
        {"drift 6%\n", "\"drift\" is 6%; write something between 0.001% and 5%"},
        {"<quorum>\non_loss keep\n</quorum>\n", "\"on_loss\" must be \"demote\" or \"hold\", not \"keep\""},
        {"<quorum main>\non_loss hold\n</quorum>\n", "<quorum> has no name; write <quorum>"},
        {"<quorom>\non_loss hold\n</quorom>\n", "unknown section <quorom>; did you mean <quorum>?"},
    };
    for (const auto& [file, expected] : rows) {
        INFO(file);
        const auto spoiled = test::classic(file);
        REQUIRE_FALSE(spoiled.findings.empty());
        CHECK_THAT(text(spoiled.findings.front()), Catch::Contains(expected));
    }
}
