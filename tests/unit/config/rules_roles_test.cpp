#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("every rule about roles has a message") {
    const std::vector<Case> cases{
        {"an unknown host in a role",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\", \"db5\", \"db4\"]"}},
         "t.toml:32:17: fault: role reader names \"db5\", which is no host; did you mean \"db1\"?\n"},
        {"a host twice in a role",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\", \"db4\", \"db3\"]"}},
         "t.toml:32:24: fault: role reader names db3 twice; remove one\n"},
        {"a role without hosts",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = []"}},
         "t.toml:30:1: fault: role reader has no hosts; add hosts = [\"NAME\", ...]\n"},
        {"a role without addresses",
         {{"ips = [\"192.168.10.129\", \"192.168.10.130\"]\n", ""}},
         "t.toml:30:1: fault: role reader has no ips; add ips = [\"ADDRESS\", ...]\n"},
        {"a role with one host",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\"]"}},
         "t.toml:23:1: doubt: host db4 is in no role and will never hold an address; add \"db4\" to the hosts of a "
         "role\n"
         "t.toml:32:9: doubt: role reader has one host: when it fails, its addresses have nowhere to go; add a host\n"},
        {"an exclusive role with two addresses",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"192.168.10.128\", \"192.168.10.127\"]"}},
         "t.toml:29:7: fault: the exclusive role writer has 2 ips; leave one\n"},
        {"a writer role that is balanced",
         {{"mode = \"exclusive\"", "mode = \"balanced\""}},
         "t.toml:27:8: fault: the writer role writer is balanced; write mode = \"exclusive\": only one host may be "
         "writable\n"},
        {"no writer role",
         {{"active_master_role = \"writer\"", "active_master_role = \"wirter\""}},
         "t.toml:1:22: fault: there is no role \"wirter\" to be the writer role; did you mean active_master_role = "
         "\"writer\"?\n"},
        {"no writer role, and none like it",
         {{"active_master_role = \"writer\"", "active_master_role = \"primary_db\""}},
         "t.toml:1:22: fault: there is no role \"primary_db\" to be the writer role; add [role.primary_db], or name "
         "the role with active_master_role\n"},
        {"three hosts of the writer role",
         {{"hosts = [\"db1\", \"db2\"]", "hosts = [\"db1\", \"db2\", \"db3\"]"}},
         "t.toml:28:9: fault: the writer role writer has 3 hosts; it needs exactly two, the masters\n"
         "t.toml:28:24: fault: db3 may hold the writer role writer but is a slave; write mode = \"master\" in "
         "[host.db3], or leave it out here\n"},
        {"one host of the writer role",
         {{"hosts = [\"db1\", \"db2\"]", "hosts = [\"db1\"]"}},
         "t.toml:16:1: doubt: host db2 is in no role and will never hold an address; add \"db2\" to the hosts of a "
         "role\n"
         "t.toml:28:9: fault: the writer role writer has 1 host; it needs exactly two, the masters\n"},
        {"a slave in the writer role",
         {{"hosts = [\"db1\", \"db2\"]", "hosts = [\"db1\", \"db3\"]"}},
         "t.toml:16:1: doubt: host db2 is in no role and will never hold an address; add \"db2\" to the hosts of a "
         "role\n"
         "t.toml:28:17: fault: db3 may hold the writer role writer but is a slave; write mode = \"master\" in "
         "[host.db3], or leave it out here\n"},
        {"a preference of a balanced role",
         {{"mode = \"balanced\"", "mode = \"balanced\"\nprefer = \"db3\""}},
         "t.toml:32:10: fault: the balanced role reader can't prefer a host; remove the line, or write mode = "
         "\"exclusive\"\n"},
        {"a preference for a host outside",
         {{"mode = \"exclusive\"", "mode = \"exclusive\"\nprefer = \"db4\""}},
         "t.toml:28:10: fault: role writer prefers db4, which isn't one of its hosts; did you mean \"db1\"?\n"},
        {"a preference that is misspelt",
         {{"mode = \"exclusive\"", "mode = \"exclusive\"\nprefer = \"db1x\""}},
         "t.toml:28:10: fault: role writer prefers db1x, which isn't one of its hosts; did you mean \"db1\"?\n"},
        {"a minimum of an exclusive role",
         {{"mode = \"exclusive\"", "mode = \"exclusive\"\nminimum = 1"}},
         "t.toml:28:11: fault: the exclusive role writer has a minimum of hosts; remove the line, or write mode = "
         "\"balanced\"\n"},
        {"a minimum above the number of hosts",
         {{"mode = \"balanced\"", "mode = \"balanced\"\nminimum = 3"}},
         "t.toml:32:11: fault: role reader has minimum 3 and 2 hosts; write at most 2\n"},
        {"far too many addresses",
         {{"hosts = [\"db3\", \"db4\"]\nips = [\"192.168.10.129\", \"192.168.10.130\"]",
           "hosts = [\"db3\", \"db4\"]\nips = [\"192.168.10.2\", \"192.168.10.3\", \"192.168.10.4\", \"192.168.10.5\", "
           "\"192.168.10.6\", \"192.168.10.7\", \"192.168.10.8\", \"192.168.10.9\", \"192.168.10.10\", "
           "\"192.168.10.11\", \"192.168.10.12\", \"192.168.10.13\", \"192.168.10.14\", \"192.168.10.15\", "
           "\"192.168.10.16\", \"192.168.10.17\", \"192.168.10.18\"]"}},
         "t.toml:33:7: doubt: role reader has 17 ips for 2 hosts; one or two for each host balance as well\n"},
        {"the wrong pair of masters",
         {{"hosts = [\"db1\", \"db2\"]\n", "hosts = [\"db1\", \"db3\"]\n"},
          {"mode = \"slave\"\n[host.db4]\nip = \"192.168.10.134\"\nmode = \"slave\"\n",
           "mode = \"master\"\npeer = \"db4\"\n[host.db4]\nip = \"192.168.10.134\"\nmode = \"master\"\npeer = "
           "\"db3\"\n"}},
         "t.toml:16:1: doubt: host db2 is in no role and will never hold an address; add \"db2\" to the hosts of a "
         "role\n"
         "t.toml:30:9: fault: the hosts of the writer role writer, db1 and db3, aren't each other's peer; name two "
         "masters that replicate from each other\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}
