#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("faults of the grammar are told with what was meant, and reading goes on") {
    const std::vector<Case> cases{
        {"a value without quotes",
         {{"ip = \"192.168.10.133\"", "ip = 192.168.10.133"}},
         "t.toml:21:6: fault: the value of \"ip\" needs quotes; write ip = \"192.168.10.133\"\n"},
        {"several values without quotes",
         {{"mode = \"balanced\"\nhosts = [\"db3\", \"db4\"]", "mode = balanced   # spread\nhosts = db3, db4"}},
         "t.toml:31:8: fault: the value of \"mode\" needs quotes; write mode = \"balanced\"\n"
         "t.toml:32:9: fault: the value of \"hosts\" needs square brackets and quotes; write hosts = [\"db3\", "
         "\"db4\"]\n"},
        {"a duration without quotes",
         {{"trap_period = \"3s\"", "trap_period = 3s"}},
         "t.toml:36:15: fault: the value of \"trap_period\" needs quotes; write trap_period = \"3s\"\n"},
        {"the classic form without =",
         {{"ip = \"192.168.10.133\"", "ip   192.168.10.133"}},
         "t.toml:21:6: fault: the value of \"ip\" needs \"=\" before it; write ip = \"192.168.10.133\"\n"},
        {"a password without quotes",
         {{"agent_password_file = \"agent.password\"", "agent_password = s3cret.word"}},
         "t.toml:7:18: fault: the value of \"agent_password\" needs quotes; write agent_password = \"...\"\n"},
        {"a mended line with another fault",
         {{"trap_period = \"3s\"", "trap_periods = 3s"}},
         "t.toml:36:1: fault: unknown key \"trap_periods\" in [check.default]; did you mean \"trap_period\"?\n"
         "t.toml:36:16: fault: the value of \"trap_periods\" needs quotes; write trap_periods = \"3s\"\n"},
        {"a key written twice",
         {{"peer = \"db2\"", "peer = \"db2\"\npeer = \"db2\""}},
         "t.toml:16:1: fault: \"peer\" stands in this section twice; remove one of the lines\n"},
        {"a section written twice",
         {{"[host.db4]", "[host.db3]"}},
         "t.toml:23:1: fault: [host.db3] stands in the file twice; join the two, or rename one\n"},
        {"a text without its end",
         {{"peer = \"db2\"", "peer = \"db2\nagent_prot = 9990"}},
         "t.toml:15:8: fault: the text of \"peer\" has no end; close it with \"\n"
         "t.toml:16:1: fault: unknown key \"agent_prot\" in [host.db1]; did you mean \"agent_port\"?\n"},
        {"a list without its end",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\", \"db4\""}},
         "t.toml:33:1: fault: not valid TOML: array: expected comma or closing ']', saw 'i'; close the list that "
         "begins above with \"]\"\n"},
        {"a section without its end",
         {{"[host.db4]", "[host.db4"}},
         "t.toml:23:10: fault: not valid TOML: table header: expected ']', saw '\\n'; write [SECTION] or "
         "[SECTION.NAME] on a line of its own\n"},
        {"a classic section",
         {{"[host.db4]", "<host db4>"}},
         "t.toml:23:1: fault: not TOML: this looks like the classic MMM format; sections are written [host.db1], "
         "values ip = \"192.168.10.131\"\n"},
        {"an equals sign and nothing",
         {{"peer = \"db2\"", "peer ="}},
         "t.toml:15:7: fault: not valid TOML: key-value pair: expected value, saw '\\n'; write a value after \"=\"\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}
