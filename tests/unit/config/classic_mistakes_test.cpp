#include "tests/unit/config/classic_cases.hpp"

using mmm::config::test::check_all;

TEST_CASE("what the old parser took silently, or died of, is told with its line and what to write") {
    check_all({
        {"the clean file", {}, ""},
        {"a comment behind a value",
         {{"  ip 192.168.10.131\n", "  ip 192.168.10.131 # the first\n"}},
         "t.conf:16:21: doubt: what follows \"#\" is taken as a comment here; the old programs take it as part of the "
         "value; put comments on lines of their own\n"},
        {"comments behind several values",
         {{"  ip 192.168.10.131\n", "  ip 192.168.10.131 # the first\n"},
          {"  ip 192.168.10.132\n", "  ip 192.168.10.132\t#second\n"},
          {"<host db3>", "<host db3># third"}},
         "t.conf:16:21: doubt: what follows \"#\" is taken as a comment here, as in lines 21 and 25; the old programs "
         "take it as part of the value; put comments on lines of their own\n"},
        {"a comment behind a password",
         {{"  agent_password agent\n", "  agent_password s3cret # of the agent\n"}},
         "t.conf:9:18: doubt: \"agent_password\" is taken as the 6 characters before \" #\", and the rest as a "
         "comment; the old programs take it all; write comments on lines of their own; a password with \" #\" in it "
         "can only be written in TOML\n"
         "t.conf:9:25: doubt: what follows \"#\" is taken as a comment here; the old programs take it as part of the "
         "value; put comments on lines of their own\n"},
        {"a hash in a password", {{"  agent_password agent\n", "  agent_password s3#cret\n"}}, ""},
        {"a password that begins with a hash",
         {{"  agent_password agent\n", "  agent_password #s3cret\n"}},
         "t.conf:9:3: fault: \"agent_password\" has no value; a password that begins with \"#\" can only be written in "
         "TOML\n"
         "t.conf:9:18: doubt: what follows \"#\" is taken as a comment here; the old programs take it as part of the "
         "value; put comments on lines of their own\n"},
        {"a hash that touches a value",
         {{"mode exclusive", "mode exclusive#only one"}},
         "t.conf:36:8: fault: \"mode\" must be \"exclusive\" or \"balanced\", not \"exclusive#only one\"; write \"mode "
         "exclusive\", and the comment on a line of its own\n"},
        {"a key that touches its word",
         {{"  mode master\n", "  modemaster\n"}},
         "t.conf:17:3: fault: \"modemaster\" lacks the blank behind \"mode\"; write \"mode master\"\n"},
        {"a key that touches its path",
         {{"  cluster_interface eth0\n", "  pid_path/var/run/mysql-mmm/mmm_agentd.pid\n"}},
         "t.conf:7:3: fault: \"pid_path/var/run/mysql-mmm/mmm_agentd.pid\" lacks the blank behind \"pid_path\"; write "
         "\"pid_path /var/run/mysql-mmm/mmm_agentd.pid\"\n"},
        {"a key that touches its host",
         {{"  peer db2\n", "  peerdb2\n"}},
         "t.conf:18:3: fault: \"peerdb2\" lacks the blank behind \"peer\"; write \"peer db2\"\n"},
        {"a key that touches its user",
         {{"  replication_user replication\n", "  replication_userreplication\n"}},
         "t.conf:12:3: fault: \"replication_userreplication\" lacks the blank behind \"replication_user\"; write "
         "\"replication_user replication\"\n"},
        {"a key that touches its password",
         {{"  monitor_password monitor\n", "  monitor_passwords3cret\n"}},
         "t.conf:11:3: fault: \"monitor_password\" and its value stand together; write a blank between them\n"},
        {"a key that touches its address",
         {{"  ip 192.168.10.133\n", "  ip192.168.10.133\n"}},
         "t.conf:26:3: fault: \"ip192.168.10.133\" lacks the blank behind \"ip\"; write \"ip 192.168.10.133\"\n"},
        {"a key that touches its list",
         {{"  ping_ips 192", "  ping_ips192"}},
         "t.conf:4:3: fault: \"ping_ips192.168.10.1,\" lacks the blank behind \"ping_ips\"; write \"ping_ips "
         "192.168.10.1, 192.168.10.131\"\n"},
        {"a key that touches a list of names",
         {{"  hosts db3, db4\n", "  hostsdb3, db4\n"}},
         "t.conf:39:3: fault: \"hostsdb3,\" lacks the blank behind \"hosts\"; write \"hosts db3, db4\"\n"},
        {"a key that touches its number",
         {{"  cluster_interface eth0\n", "  mysql_port3306\n"}},
         "t.conf:7:3: fault: \"mysql_port3306\" lacks the blank behind \"mysql_port\"; write \"mysql_port 3306\"\n"},
        {"an include that touches its file",
         {{"active_master_role writer\n", "includecommon\nactive_master_role writer\n"}},
         "t.conf:1:1: fault: \"includecommon\" lacks the blank behind \"include\"; write \"include common\"\n"
         "t.conf:1:1: fault: there is no file \"common\"\n"},
        {"a section that touches its name",
         {{"<host db3>", "<hostdb3>"}},
         "t.conf:25:1: fault: <hostdb3> lacks the blank behind \"host\"; write <host db3>\n"},
        {"full-width commas",
         {{"192.168.10.129, 192",
           "192.168.10.129\xef\xbc\x8c"
           "192"},
          {"db3, db4",
           "db3\xe3\x80\x81"
           "db4"}},
         "t.conf:39:9: fault: the elements of \"hosts\" are separated by full-width commas; write \"hosts db3, db4\"\n"
         "t.conf:40:7: fault: the elements of \"ips\" are separated by full-width commas; write \"ips 192.168.10.129, "
         "192.168.10.130\"\n"},
        {"a list with blanks alone",
         {{"192.168.10.1, 192.168.10.131", "192.168.10.1 192.168.10.131"}},
         "t.conf:4:12: fault: the elements of \"ping_ips\" are separated by blanks alone; write \"ping_ips "
         "192.168.10.1, 192.168.10.131\"\n"},
        {"a list with a remark",
         {{"192.168.10.1, 192.168.10.131", "192.168.10.1 192.168.10.131 (the router)"}},
         "t.conf:4:12: fault: the elements of \"ping_ips\" are separated by blanks alone; write \"ping_ips "
         "192.168.10.1, 192.168.10.131\"\n"},
        {"a list with semicolons",
         {{"db3, db4", "db3; db4"}},
         "t.conf:39:9: fault: the elements of \"hosts\" are separated by \";\" instead of commas; write \"hosts db3, "
         "db4\"\n"},
        {"a misspelt template",
         {{"<host default>", "<host defult>"}},
         "t.conf:6:1: fault: <host defult> is neither the template nor a host with an ip; write <host default>\n"},
        {"a template without a name",
         {{"<host default>", "<host>"}},
         "t.conf:6:1: fault: <host> has no name; write <host default> for values that all share\n"},
        {"a host without a name",
         {{"<host db4>", "<host>"}},
         "t.conf:29:1: fault: <host> has no name; write <host NAME>\n"
         "t.conf:39:14: fault: role reader names \"db4\", which is no host; did you mean \"db1\"?\n"},
        {"a role without a name",
         {{"<role reader>", "<role>"}},
         "t.conf:25:1: doubt: host db3 is in no role and will never hold an address; add \"db3\" to the hosts of a "
         "role\n"
         "t.conf:29:1: doubt: host db4 is in no role and will never hold an address; add \"db4\" to the hosts of a "
         "role\n"
         "t.conf:38:1: fault: <role> has no name; write <role NAME>\n"},
        {"a check without a name",
         {{"<role writer>", "<check>\n  max_backlog 30\n</check>\n<role writer>"}},
         "t.conf:33:1: fault: <check> has no name; write <check default> for values that all share\n"},
        {"a unique section with a name",
         {{"<monitor>", "<monitor m1>"}},
         "t.conf:2:1: fault: <monitor> has no name; write <monitor>\n"},
        {"a template for roles",
         {{"<role reader>", "<role default>"}},
         "t.conf:25:1: doubt: host db3 is in no role and will never hold an address; add \"db3\" to the hosts of a "
         "role\n"
         "t.conf:29:1: doubt: host db4 is in no role and will never hold an address; add \"db4\" to the hosts of a "
         "role\n"
         "t.conf:38:1: fault: <role default> isn't a template; only hosts and checks have defaults\n"},
        {"a host that is its own peer",
         {{"peer db2", "peer db1"}},
         "t.conf:18:8: fault: db1 is its own peer; write the other master's name: \"peer db2\"\n"},
        {"an empty choice",
         {{"  mode exclusive\n", "  mode \n"}},
         "t.conf:36:3: fault: \"mode\" has no value; write \"mode exclusive\" or \"mode balanced\"\n"},
        {"a key alone",
         {{"  ip 192.168.10.133\n", "  ip\n"}},
         "t.conf:26:3: fault: \"ip\" has no value; write a value, or remove the line\n"},
        {"a template behind what it fills in",
         {{"</monitor>\n", "</monitor>\n<host db3>\n</host>\n"}},
         "t.conf:8:1: doubt: <host default> stands behind <host db3> in line 6, which it fills in all the same; write "
         "it before them\n"},
        {"a value given twice",
         {{"  mode slave\n", "  mode slave\n  mode slave\n"}},
         "t.conf:28:3: doubt: \"mode\" is given twice in <host db3>, in line 27 and here; this one counts; remove "
         "one\n"},
        {"a value given twice at the top",
         {{"<monitor>", "active_master_role writer\n<monitor>"}},
         "t.conf:2:1: doubt: \"active_master_role\" is given twice, in line 1 and here; this one counts; remove one\n"},
        {"a placeholder",
         {{"<monitor>", "<monitor>\n  status_path %PREFIX%/tmp/9988.status"}},
         "t.conf:3:15: fault: \"status_path\" has the placeholder %PREFIX%, which nobody replaced; write what stands "
         "for %PREFIX%, like /usr/lib/mysql-mmm\n"},
    });
}
