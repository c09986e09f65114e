#include "tests/unit/config/classic_cases.hpp"

using mmm::config::test::check_all;

TEST_CASE("every rule's remedy is written as a classic file has it") {
    check_all({
        {"a host without an address",
         {{"<host db4>\n  ip 192.168.10.134", "<host db4>"}},
         "t.conf:29:1: fault: host db4 has no ip; add \"ip ADDRESS\"\n"},
        {"a slave as writer",
         {{"  mode master\n  peer db2\n", "  mode slave\n"}, {"  peer db1\n", ""}},
         "t.conf:19:1: fault: master db2 has no peer; add \"peer NAME\" with the other master's name\n"
         "t.conf:32:9: fault: db1 may hold the writer role writer but is a slave; write \"mode master\" in <host db1>, "
         "or leave it out here\n"},
        {"a slave with a peer",
         {{"  ip 192.168.10.133\n", "  ip 192.168.10.133\n  peer db1\n"}},
         "t.conf:27:8: fault: db3 is a slave and can't have a peer; write \"mode master\", or remove the peer\n"},
        {"a peer that is a slave",
         {{"peer db2", "peer db3"}},
         "t.conf:18:8: fault: the peer of db1, db3, isn't a master; write \"mode master\" in <host db3>, or name "
         "another peer\n"},
        {"peers that aren't mutual",
         {{"  ip 192.168.10.133\n  mode slave\n", "  ip 192.168.10.133\n  mode master\n  peer db1\n"}},
         "t.conf:27:8: doubt: db3 is a master but can't hold the writer role writer; write \"mode slave\", so that it "
         "follows the writer\n"
         "t.conf:28:8: fault: the peer of db3 is db1, but the peer of db1 is db2 (t.conf:18); two masters name each "
         "other: write \"peer db3\" in <host db1>\n"},
        {"no such writer role",
         {{"active_master_role writer", "active_master_role writers"}},
         "t.conf:1:20: fault: there is no role \"writers\" to be the writer role; did you mean \"active_master_role "
         "writer\"?\n"},
        {"a writer role like no other",
         {{"active_master_role writer", "active_master_role xyzzy"}},
         "t.conf:1:20: fault: there is no role \"xyzzy\" to be the writer role; add <role xyzzy>, or name the role "
         "with active_master_role\n"},
        {"a writer that is balanced",
         {{"mode exclusive", "mode balanced"}},
         "t.conf:36:8: fault: the writer role writer is balanced; write \"mode exclusive\": only one host may be "
         "writable\n"},
        {"a peer that is no host",
         {{"peer db2", "peer mysql-b"}},
         "t.conf:18:8: fault: the peer of db1, \"mysql-b\", is no host; add <host mysql-b>\n"},
        {"one port for two",
         {{"  peer db2\n", "  peer db2\n  agent_port 3306\n"}},
         "t.conf:19:14: fault: agent_port and mysql_port of <host db1> are both 3306; give the agent another port\n"},
        {"a role that prefers a stranger",
         {{"mode exclusive", "mode exclusive\n  prefer db3"}},
         "t.conf:37:10: fault: role writer prefers db3, which isn't one of its hosts; did you mean \"db1\"?\n"},
        {"a balanced role that prefers",
         {{"mode balanced", "mode balanced\n  prefer db3"}},
         "t.conf:42:10: fault: the balanced role reader can't prefer a host; remove the line, or write \"mode "
         "exclusive\"\n"},
        {"an exclusive role with two addresses",
         {{"mode balanced", "mode exclusive"}},
         "t.conf:40:7: fault: the exclusive role reader has 2 ips; leave one, or write \"mode balanced\"\n"},
        {"a role without hosts",
         {{"  hosts db3, db4\n", ""}},
         "t.conf:38:1: fault: role reader has no hosts; add \"hosts NAME, ...\"\n"},
        {"a role without addresses",
         {{"  ips 192.168.10.129, 192.168.10.130\n", ""}},
         "t.conf:38:1: fault: role reader has no ips; add \"ips ADDRESS, ...\"\n"},
        {"the same address twice",
         {{"192.168.10.130", "192.168.10.129"}},
         "t.conf:40:23: fault: an ip of role reader is 192.168.10.129, which is an ip of role reader (t.conf:40); an "
         "address has one meaning: write another\n"},
        {"no users",
         {{"  monitor_user mmm_monitor\n  monitor_password monitor\n", ""}},
         "t.conf:6:1: fault: db1, db2, db3 and db4 have no monitor_user, the monitor's database user; add "
         "\"monitor_user NAME\" to <host default>\n"
         "t.conf:6:1: fault: db1, db2, db3 and db4 have no password for the monitor user; add \"monitor_password "
         "PASSWORD\" to <host default>\n"},
        {"a host without its own user",
         {{"  monitor_user mmm_monitor\n  monitor_password monitor\n", ""},
          {"  peer db2\n", "  peer db2\n  monitor_user m\n  monitor_password p\n"},
          {"  peer db1\n", "  peer db1\n  monitor_user m\n  monitor_password p\n"},
          {"<host db4>\n", "<host db4>\n  monitor_user m\n  monitor_password p\n"}},
         "t.conf:27:1: fault: db3 has no monitor_user, the monitor's database user; add \"monitor_user NAME\" to <host "
         "db3>\n"
         "t.conf:27:1: fault: db3 has no password for the monitor user; add \"monitor_password PASSWORD\" to <host "
         "db3>\n"},
    });
}
