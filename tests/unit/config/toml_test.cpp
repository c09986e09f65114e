#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("unknown keys and wrong values are refused with their place and remedy") {
    const std::vector<Case> cases{
        {"a misspelt key",
         {{"ping_ips = [", "pign_ips = ["}},
         "t.toml:4:1: fault: unknown key \"pign_ips\" in [monitor]; did you mean \"ping_ips\"?\n"},
        {"a key of another section",
         {{"peer = \"db2\"", "flap_count = 3"}},
         "t.toml:12:1: fault: master db1 has no peer; add peer = \"NAME\" with the other master's name\n"
         "t.toml:15:1: fault: unknown key \"flap_count\" in [host.db1]; it belongs in [monitor]\n"},
        {"a key of the top in a section",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\ndebug = true"}},
         "t.toml:4:1: fault: unknown key \"debug\" in [monitor]; it belongs at the top of the file, before the first "
         "[section]\n"},
        {"a misspelt key of another section",
         {{"active_master_role = \"writer\"", "maxbacklog = 5"}},
         "t.toml:1:1: fault: unknown key \"maxbacklog\" at the top of the file; did you mean \"max_backlog\" in "
         "[check.NAME]?\n"},
        {"a key like no other",
         {{"peer = \"db2\"", "peer = \"db2\"\nxyzzy_frobnicate = 1"}},
         "t.toml:16:1: fault: unknown key \"xyzzy_frobnicate\" in [host.db1]; `mmm check-config --keys` lists all "
         "keys\n"},
        {"a misspelt section",
         {{"[monitor]", "[monitr]"}},
         "t.toml:2:1: fault: unknown section \"monitr\"; did you mean [monitor]?\n"},
        {"a section like no other",
         {{"[check.default]", "[xyzzy]\na = 1\n[check.default]"}},
         "t.toml:34:1: fault: unknown section \"xyzzy\"; `mmm check-config --keys` lists all keys\n"},
        {"a host section without a name",
         {{"[host.db3]\nip = \"192.168.10.133\"", "[host]\nip = \"192.168.10.133\""}},
         "t.toml:21:1: fault: \"ip\" stands in [host], which has no name; write [host.NAME] above it\n"
         "t.toml:22:1: fault: \"mode\" stands in [host], which has no name; write [host.NAME] above it\n"
         "t.toml:32:10: fault: role reader names \"db3\", which is no host; did you mean \"db1\"?\n"},
        {"a template in the wrong place",
         {{"[defaults.host]", "[host.default]"}},
         "t.toml:5:1: fault: [host.default] isn't a template here; write [defaults.host]\n"},
        {"defaults that don't exist",
         {{"[check.default]", "[defaults.check]"}},
         "t.toml:34:1: fault: there is no [defaults.check]; write [check.default]\n"},
        {"a role template",
         {{"[role.reader]", "[role.default]"}},
         "t.toml:20:1: doubt: host db3 is in no role and will never hold an address; add \"db3\" to the hosts of a "
         "role\n"
         "t.toml:23:1: doubt: host db4 is in no role and will never hold an address; add \"db4\" to the hosts of a "
         "role\n"
         "t.toml:30:1: fault: [role.default] isn't a template here; only hosts and checks have defaults\n"},
        {"a check that doesn't exist",
         {{"[check.rep_backlog]", "[check.rep_backlogs]"}},
         "t.toml:38:1: fault: there is no check \"rep_backlogs\"; did you mean [check.rep_backlog]?\n"},
        {"a check like no other",
         {{"[check.rep_backlog]", "[check.disk]"}},
         "t.toml:38:1: fault: there is no check \"disk\"; there are ping, mysql, rep_backlog, rep_threads and "
         "default\n"},
        {"a section as a value",
         {{"[check.default]", "[check]\ndefault = 5\n[check.ping]"}},
         "t.toml:35:1: fault: \"default\" stands in [check], which has no name; write [check.NAME] above it\n"},
        {"a number without a unit",
         {{"trap_period = \"3s\"", "trap_period = 3"}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not the number 3; write \"3s\"\n"},
        {"a decimal without a unit",
         {{"timeout = \"500ms\"", "timeout = 0.5"}},
         "t.toml:37:11: fault: \"timeout\" must be a duration with its unit, not the number 0.5; write \"500ms\"\n"},
        {"a text without a unit",
         {{"trap_period = \"3s\"", "trap_period = \"3\""}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not the text \"3\"; write \"3s\"\n"},
        {"a long unit",
         {{"trap_period = \"3s\"", "trap_period = \"3 seconds\""}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not the text \"3 seconds\"; write "
         "\"3s\"\n"},
        {"a duration with a fraction",
         {{"trap_period = \"3s\"", "trap_period = \"3.5s\""}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not the text \"3.5s\"; write "
         "\"3500ms\"\n"},
        {"no duration at all",
         {{"trap_period = \"3s\"", "trap_period = \"soon\""}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not the text \"soon\"; write a whole "
         "number and its unit, like \"500ms\", \"10s\", \"5m\", \"1h\" or \"1d\"\n"},
        {"a duration that is too long",
         {{"check_period = \"1s\"", "check_period = \"2h\""}},
         "t.toml:35:16: fault: \"check_period\" is 2h; write something between \"100ms\" and \"1h\"\n"},
        {"a negative duration",
         {{"trap_period = \"3s\"", "trap_period = \"-3s\""}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not the text \"-3s\"; write a whole "
         "number and its unit, like \"500ms\", \"10s\", \"5m\", \"1h\" or \"1d\"\n"},
        {"true for a duration that can be off",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nauto_set_online = true"}},
         "t.toml:4:19: fault: \"auto_set_online\" must be a duration with its unit, not true; write a whole number and "
         "its unit, like \"500ms\", \"10s\", \"5m\", \"1h\" or \"1d\"\n"},
        {"false for a duration that can't be off",
         {{"trap_period = \"3s\"", "trap_period = false"}},
         "t.toml:36:15: fault: \"trap_period\" must be a duration with its unit, not false; write a whole number and "
         "its unit, like \"500ms\", \"10s\", \"5m\", \"1h\" or \"1d\"\n"},
        {"a port in quotes",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_port = \"3307\""}},
         "t.toml:16:14: fault: \"mysql_port\" must be a whole number, not the text \"3307\"; write 3307, without "
         "quotes\n"},
        {"a port that can't be",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_port = 70000"}},
         "t.toml:16:14: fault: \"mysql_port\" is 70000; write a number between 1 and 65535\n"},
        {"a number that can't be",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nflap_count = -1"}},
         "t.toml:4:14: fault: \"flap_count\" is -1; write a number between 1 and 1000\n"},
        {"a classic boolean",
         {{"active_master_role = \"writer\"", "active_master_role = \"writer\"\ndebug = 1"}},
         "t.toml:2:9: fault: \"debug\" must be true or false, not the number 1; write true\n"},
        {"a boolean in quotes",
         {{"active_master_role = \"writer\"", "active_master_role = \"writer\"\ndebug = \"no\""}},
         "t.toml:2:9: fault: \"debug\" must be true or false, not the text \"no\"; write false\n"},
        {"a list as one text",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = \"db3, db4\""}},
         "t.toml:32:9: fault: \"hosts\" must be a list, not the text \"db3, db4\"; write [\"db3\", \"db4\"]\n"},
        {"a list of the wrong things",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\", 4, \"db4\"]"}},
         "t.toml:32:17: fault: each of \"hosts\" must be a text, not the number 4; write \"4\"\n"},
        {"an address with a prefix",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"192.168.10.128/24\"]"}},
         "t.toml:29:8: fault: each of \"ips\" must be an IP address, not the text \"192.168.10.128/24\"; write "
         "\"192.168.10.128\", without the prefix length\n"},
        {"a name instead of an address",
         {{"ip = \"192.168.10.133\"", "ip = \"db3.example.com\""}},
         "t.toml:21:6: fault: \"ip\" must be an IP address, not the text \"db3.example.com\"; write digits like "
         "\"192.168.10.131\"; names aren't looked up\n"},
        {"the address of nobody",
         {{"ip = \"192.168.10.135\"", "ip = \"0.0.0.0\""}},
         "t.toml:3:6: fault: \"ip\" is 0.0.0.0, which is no host's address; write the address by which the other hosts "
         "reach it\n"},
        {"a number instead of a text",
         {{"peer = \"db2\"", "peer = 2"}},
         "t.toml:15:8: fault: \"peer\" must be a text, not the number 2; write \"2\"\n"},
        {"a word that is no choice",
         {{"mode = \"balanced\"", "mode = \"balance\""}},
         "t.toml:31:8: fault: \"mode\" must be \"exclusive\" or \"balanced\", not the text \"balance\"; did you mean "
         "\"balanced\"?\n"},
        {"a choice in capitals",
         {{"mode = \"balanced\"", "mode = \"BALANCED\""}},
         "t.toml:31:8: fault: \"mode\" must be \"exclusive\" or \"balanced\", not the text \"BALANCED\"; did you mean "
         "\"balanced\"?\n"},
        {"a choice like no other",
         {{"mode = \"balanced\"", "mode = \"roundrobin\""}},
         "t.toml:31:8: fault: \"mode\" must be \"exclusive\" or \"balanced\", not the text \"roundrobin\"\n"},
        {"a password that isn't a text",
         {{"agent_password_file = \"agent.password\"", "agent_password = 12345678"}},
         "t.toml:7:18: fault: \"agent_password\" must be a text, not something else; write it in double quotes\n"},
        {"a key without effect",
         {{"check_period = \"1s\"", "check_period = \"1s\"\nrestart_after = 10000"}},
         "t.toml:36:1: doubt: \"restart_after\" has no effect: checks need no restarts; remove the line\n"},
        {"a section instead of a value",
         {{"[check.default]", "[cluster]\n[check.default]"}},
         "t.toml:34:1: fault: \"cluster\" must be a text, not a section; write it as KEY = \"VALUE\"\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}
