#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("every rule about hosts and peers has a message") {
    const std::vector<Case> cases{
        {"a host without an address",
         {{"ip = \"192.168.10.133\"\n", ""}},
         "t.toml:20:1: fault: host db3 has no ip; add ip = \"ADDRESS\"\n"},
        {"a master without a peer",
         {{"peer = \"db2\"\n", ""}},
         "t.toml:12:1: fault: master db1 has no peer; add peer = \"NAME\" with the other master's name\n"},
        {"a peer that isn't a host",
         {{"peer = \"db2\"", "peer = \"bd2\""}},
         "t.toml:15:8: fault: the peer of db1, \"bd2\", is no host; did you mean \"db2\"?\n"},
        {"a peer like no host",
         {{"peer = \"db2\"", "peer = \"mysql-b\""}},
         "t.toml:15:8: fault: the peer of db1, \"mysql-b\", is no host; add [host.mysql-b]\n"},
        {"a host that is its own peer",
         {{"peer = \"db2\"", "peer = \"db1\""}},
         "t.toml:15:8: fault: db1 is its own peer; write the other master's name: peer = \"db2\"\n"},
        {"a peer that is a slave",
         {{"peer = \"db2\"", "peer = \"db3\""}},
         "t.toml:15:8: fault: the peer of db1, db3, isn't a master; write mode = \"master\" in [host.db3], or name "
         "another peer\n"},
        {"peers that aren't mutual",
         {{"mode = \"slave\"\n[host.db4]", "mode = \"master\"\npeer = \"db1\"\n[host.db4]"}},
         "t.toml:22:8: doubt: db3 is a master but can't hold the writer role writer; write mode = \"slave\", so that "
         "it follows the writer\n"
         "t.toml:23:8: fault: the peer of db3 is db1, but the peer of db1 is db2 (t.toml:15); two masters name each "
         "other: write peer = \"db3\" in [host.db1]\n"},
        {"a slave with a peer",
         {{"mode = \"slave\"\n[host.db4]", "mode = \"slave\"\npeer = \"db1\"\n[host.db4]"}},
         "t.toml:23:8: fault: db3 is a slave and can't have a peer; write mode = \"master\", or remove the peer\n"},
        {"a host in no role",
         {{"hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\", \"db1\"]"}},
         "t.toml:23:1: doubt: host db4 is in no role and will never hold an address; add \"db4\" to the hosts of a "
         "role\n"},
        {"one port twice on a host",
         {{"peer = \"db2\"", "peer = \"db2\"\nagent_port = 3306"}},
         "t.toml:16:14: fault: agent_port and mysql_port of [host.db1] are both 3306; give the agent another port\n"},
        {"the monitor's port twice on a host",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.134\"\nport = 9989"}},
         "t.toml:4:8: fault: the monitor runs on db4, whose agent_port is 9989 as well; give the monitor another "
         "port\n"},
        {"the monitor on a database host",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.134\""}},
         "t.toml:3:6: doubt: the monitor runs on the database host db4 and fails with it; run it on a host of its "
         "own\n"},
        {"an invalid host name",
         {{"[host.db4]", "[host.\"db 4\"]"}},
         "t.toml:23:1: fault: a host has an invalid name; names are 1 to 64 of the characters A-Z a-z 0-9 . _ -\n"
         "t.toml:23:1: doubt: host db 4 is in no role and will never hold an address; add \"db 4\" to the hosts of a "
         "role\n"
         "t.toml:32:17: fault: role reader names \"db4\", which is no host; did you mean \"db 4\"?\n"},
        {"a host named all",
         {{"[host.db4]", "[host.all]"}},
         "t.toml:23:1: fault: a host can't be named \"all\": `mmm ctl checks all` means every host; choose another "
         "name\n"
         "t.toml:23:1: doubt: host all is in no role and will never hold an address; add \"all\" to the hosts of a "
         "role\n"
         "t.toml:32:17: fault: role reader names \"db4\", which is no host; did you mean \"db1\"?\n"},
        {"an invalid role name",
         {{"[role.reader]", "[role.\"a|b\"]"}},
         "t.toml:30:1: fault: a role has an invalid name; names are 1 to 64 of the characters A-Z a-z 0-9 . _ -\n"},
        {"an invalid cluster name",
         {{"active_master_role = \"writer\"", "cluster = \"../x\"\nactive_master_role = \"writer\""}},
         "t.toml:1:11: fault: the cluster's name has characters that can't stand in file names; names are 1 to 64 of "
         "the characters A-Z a-z 0-9 . _ -\n"},
        {"this is no host",
         {{"active_master_role = \"writer\"", "this = \"db5\"\nactive_master_role = \"writer\""}},
         "t.toml:1:8: fault: \"this\" names db5, which is no host; did you mean \"db1\"?\n"},
        {"an interface that can't be",
         {{"peer = \"db2\"", "peer = \"db2\"\ncluster_interface = \"eth0:1\""}},
         "t.toml:16:21: fault: \"eth0:1\" can't be a network interface; write one of the names that `ip link` shows, "
         "like \"eth0\"\n"},
        {"a channel that can't be",
         {{"peer = \"db2\"", "peer = \"db2\"\nreplication_channel = \"it's\""}},
         "t.toml:16:23: fault: \"it's\" can't be a replication channel; names are 1 to 64 of the characters A-Z a-z "
         "0-9 "
         ". _ -\n"},
        {"an authority without a check of certificates",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_ca = \"ca.pem\""}},
         "t.toml:16:12: fault: \"mysql_ca\" of [host.db1] isn't looked at: only mysql_tls verify checks certificates; "
         "write mysql_tls = \"verify\", or remove mysql_ca\n"},
        {"the same, where TLS at least is required",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_tls = \"required\"\nmysql_ca = \"ca.pem\""}},
         "t.toml:17:12: doubt: \"mysql_ca\" of [host.db1] isn't looked at: only mysql_tls verify checks certificates; "
         "write mysql_tls = \"verify\", or remove mysql_ca\n"},
        {"an exception from what all others do",
         {{"[defaults.host]", "[defaults.host]\nmysql_ca = \"ca.pem\"\nmysql_tls = \"verify\""},
          {"peer = \"db2\"", "peer = \"db2\"\nmysql_tls = \"off\""}},
         "t.toml:6:12: doubt: \"mysql_ca\" of [defaults.host] isn't looked at: only mysql_tls verify checks "
         "certificates; "
         "write mysql_tls = \"verify\", or remove mysql_ca\n"},
        {"a consent that nothing asks for",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_tls = \"verify\"\nmysql_get_public_key = true"}},
         "t.toml:17:24: doubt: \"mysql_get_public_key\" of [host.db1] has no effect: it is for logins without TLS; "
         "remove it\n"},
        {"TLS in a word that isn't one",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_tls = \"verified\""}},
         "t.toml:16:13: fault: \"mysql_tls\" must be \"off\", \"preferred\", \"required\" or \"verify\", not the text "
         "\"verified\"\n"},
        {"a relative socket",
         {{"peer = \"db2\"", "peer = \"db2\"\nmysql_socket = \"mysqld.sock\""}},
         "t.toml:16:16: fault: \"mysql_socket\" of [host.db1] is a relative path, mysqld.sock; write it from the root "
         "on, \"/...\"\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}
