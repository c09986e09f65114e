#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using namespace mmm::config;
using test::kClean;
using test::text_of;

TEST_CASE("the clean cluster is clean") {
    CHECK(test::findings_of({"", {}, ""}).empty());
}

TEST_CASE("defaults fill in what a host leaves out, and only that") {
    const auto config = read_toml("t.toml", text_of({{"peer = \"db2\"", "peer = \"db2\"\nagent_user = \"other\""},
                                                     {"[defaults.host]", "[defaults.host]\nmysql_port = 3307"}}))
                            .config;
    CHECK(config.host("db1")->agent.user == "other");
    CHECK(config.host("db1")->agent.password_file == "agent.password");
    CHECK(config.host("db2")->agent.user == "mmm_agent");
    CHECK(config.host("db2")->mysql_port == 3307);
    CHECK(config.host("db2")->name == "db2");
}

TEST_CASE("a host's own password replaces the default, whichever way either is written") {
    const auto loaded = read_toml("t.toml", text_of({{"peer = \"db2\"", "peer = \"db2\"\nagent_password = \"own\""}}));
    CHECK(all_findings(loaded).empty());
    CHECK(loaded.config.host("db1")->agent.password == "own");
    CHECK(loaded.config.host("db1")->agent.password_file.empty());
    CHECK(loaded.config.host("db1")->agent.user == "mmm_agent");
    CHECK(loaded.config.host("db2")->agent.password_file == "agent.password");
}

TEST_CASE("check.default fills in all four checks") {
    const auto config =
        read_toml("t.toml", text_of({{"timeout = \"500ms\"", "timeout = \"700ms\""},
                                     {"max_backlog = \"60s\"", "max_backlog = \"9s\"\ntimeout = \"1ms\""},
                                     {"timeout = \"1ms\"", "timeout = \"600ms\""}}))
            .config;
    using mmm::CheckKind;
    using namespace std::chrono_literals;
    CHECK(config.checks.size() == 4);
    CHECK(config.check(CheckKind::ping).timeout == 700ms);
    CHECK(config.check(CheckKind::rep_backlog).timeout == 600ms);
    CHECK(config.check(CheckKind::rep_backlog).max_backlog == 9s);
    CHECK(read_toml("t.toml", "").config.checks.size() == 4);
}

TEST_CASE("auto_set_online can be switched off by false as well as by 0s") {
    for (const auto* off : {"false", "\"0s\""}) {
        const auto loaded = read_toml(
            "t.toml", text_of({{"[defaults.host]", std::string("auto_set_online = ") + off + "\n[defaults.host]"}}));
        CHECK(all_findings(loaded).empty());
        CHECK(loaded.config.monitor.auto_set_online == mmm::Duration(0));
    }
}

TEST_CASE("kill_host_bin comes from bin_path unless it is written") {
    const auto only_path = read_toml("t.toml", text_of({{"[defaults.host]", "bin_path = \"/x\"\n[defaults.host]"}}));
    CHECK(only_path.config.monitor.kill_host_bin == "/x/monitor/kill_host");
    const auto both = read_toml(
        "t.toml", text_of({{"[defaults.host]", "bin_path = \"/x\"\nkill_host_bin = \"/y\"\n[defaults.host]"}}));
    CHECK(both.config.monitor.kill_host_bin == "/y");
    CHECK(read_toml("t.toml", kClean).config.monitor.kill_host_bin.empty());
}

TEST_CASE("places are those of the value itself, of the default that filled it in, or of the section") {
    const auto where = read_toml("t.toml", kClean).where;
    const auto place = [&](const std::string& path) {
        const auto at = where.at(path);
        return std::to_string(at.line) + ":" + std::to_string(at.column);
    };
    CHECK(place("host.db1.ip") == "13:6");
    CHECK(place("role.reader.ips[1]") == "33:26");
    CHECK(place("role.reader.ips[7]") == "33:7");
    CHECK(place("host.db1.agent_user") == "6:14");
    CHECK(place("host.db1.mysql_port") == "12:1");
    CHECK(place("check.ping.timeout") == "37:11");
    CHECK(place("socket.type") == "0:0");
    CHECK(where.at("socket.type").file == "t.toml");
}

TEST_CASE("all faults are told in one run, in the order of the file") {
    CHECK(test::findings_of({"",
                             {{"ping_ips", "pign_ips"},
                              {"192.168.10.133", "192.168.10.132"},
                              {"mode = \"balanced\"", "mode = balanced"},
                              {"timeout = \"500ms\"", "timeout = 2"}},
                             ""}) ==
          "t.toml:4:1: fault: unknown key \"pign_ips\" in [monitor]; did you mean \"ping_ips\"?\n"
          "t.toml:21:6: fault: the ip of host db3 is 192.168.10.132, which is the ip of host db2 (t.toml:17); an "
          "address has one meaning: write another\n"
          "t.toml:31:8: fault: the value of \"mode\" needs quotes; write mode = \"balanced\"\n"
          "t.toml:37:11: fault: \"timeout\" must be a duration with its unit, not the number 2; write \"2s\"\n");
}
