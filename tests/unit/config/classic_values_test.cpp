#include "tests/unit/config/classic_cases.hpp"

using mmm::config::test::check_all;

TEST_CASE("unknown keys and values that can't be are told with what to write") {
    check_all({
        {"a misspelt key",
         {{"  peer db2\n", "  per db2\n"}},
         "t.conf:18:3: fault: unknown key \"per\" in <host db1>; did you mean \"peer\"?\n"},
        {"a misspelt key of another section",
         {{"  peer db2\n", "  peer db2\n  ping_ipss 192.168.10.1\n"}},
         "t.conf:19:3: fault: unknown key \"ping_ipss\" in <host db1>; did you mean \"ping_ips\" in <monitor>?\n"},
        {"a key of another section",
         {{"  peer db2\n", "  peer db2\n  flap_count 3\n"}},
         "t.conf:19:3: fault: unknown key \"flap_count\" in <host db1>; it belongs in <monitor>\n"},
        {"a key of the top in a section",
         {{"  peer db2\n", "  peer db2\n  debug 1\n"}},
         "t.conf:19:3: fault: unknown key \"debug\" in <host db1>; it belongs outside of any section\n"},
        {"a key like no other",
         {{"  peer db2\n", "  peer db2\n  xyzzy_frobnicate 1\n"}},
         "t.conf:19:3: fault: unknown key \"xyzzy_frobnicate\" in <host db1>; `mmm check-config --keys` lists all "
         "keys\n"},
        {"a misspelt password key",
         {{"  agent_password agent\n", "  agent_pasword s3cret\n"}},
         "t.conf:9:3: fault: unknown key \"agent_pasword\" in <host default>; did you mean \"agent_password\"?\n"},
        {"an equals sign",
         {{"  peer db2\n", "  peer = db2\n"}},
         "t.conf:18:3: fault: there is no \"=\" between \"peer\" and its value in this format; write a blank "
         "instead\n"},
        {"an equals sign without blanks",
         {{"  peer db2\n", "  peer=db2\n"}},
         "t.conf:18:3: fault: there is no \"=\" between \"peer\" and its value in this format; write a blank "
         "instead\n"},
        {"an equals sign before a password",
         {{"  agent_password agent\n", "  agent_password = s3cret\n"}},
         "t.conf:9:3: fault: there is no \"=\" between \"agent_password\" and its value in this format; write a blank "
         "instead\n"},
        {"a password that begins with an equals sign",
         {{"  agent_password agent\n", "  agent_password =s3cret\n"}},
         ""},
        {"a name for an address",
         {{"ip 192.168.10.133", "ip db3.example.com"}},
         "t.conf:26:6: fault: \"ip\" must be an IP address, not \"db3.example.com\"; write digits like 192.168.10.131; "
         "names aren't looked up\n"},
        {"an address with a prefix",
         {{"ips 192.168.10.128", "ips 192.168.10.128/24"}},
         "t.conf:35:7: fault: each of \"ips\" must be an IP address, not \"192.168.10.128/24\"; write 192.168.10.128, "
         "without the prefix length\n"},
        {"the address of nobody",
         {{"ip 192.168.10.133", "ip 0.0.0.0"}},
         "t.conf:26:6: fault: \"ip\" is 0.0.0.0, which is no host's address; write the address by which the other "
         "hosts reach it\n"},
        {"a choice in capitals",
         {{"mode exclusive", "mode Exclusive"}},
         "t.conf:36:8: fault: \"mode\" must be \"exclusive\" or \"balanced\", not \"Exclusive\"; did you mean "
         "\"exclusive\"?\n"},
        {"a choice like no other",
         {{"mode exclusive", "mode roundrobin"}},
         "t.conf:36:8: fault: \"mode\" must be \"exclusive\" or \"balanced\", not \"roundrobin\"\n"},
        {"a port that can't be",
         {{"  peer db2\n", "  peer db2\n  mysql_port 70000\n"}},
         "t.conf:19:14: fault: \"mysql_port\" is 70000; write a number between 1 and 65535\n"},
        {"a port with letters",
         {{"  peer db2\n", "  peer db2\n  mysql_port mysql\n"}},
         "t.conf:19:14: fault: \"mysql_port\" must be a whole number, not \"mysql\"\n"},
        {"no boolean",
         {{"<monitor>", "<monitor>\n  careful_startup maybe"}},
         "t.conf:3:19: fault: \"careful_startup\" must be 1 or 0, not \"maybe\"\n"},
        {"a time with a unit",
         {{"<monitor>", "<monitor>\n  ping_interval 500ms"}},
         "t.conf:3:17: fault: \"ping_interval\" must be a number of seconds, not \"500ms\"; write \"ping_interval "
         "0.5\"\n"},
        {"a time that is too long",
         {{"<monitor>", "<monitor>\n  ping_interval 3600"}},
         "t.conf:3:17: fault: \"ping_interval\" is 3600 s; write something between 0.1 and 60\n"},
        {"a time that is no number",
         {{"<monitor>", "<monitor>\n  ping_interval soon"}},
         "t.conf:3:17: fault: \"ping_interval\" must be a number of seconds, not \"soon\"\n"},
        {"a negative time",
         {{"<monitor>", "<monitor>\n  ping_interval -1"}},
         "t.conf:3:17: fault: \"ping_interval\" must be a number of seconds, not \"-1\"\n"},
        {"a quoted value",
         {{"cluster_interface eth0", "cluster_interface \"eth0\""}},
         "t.conf:7:21: doubt: the quotes belong to the value of \"cluster_interface\"; write it without quotes unless "
         "it has them\n"},
        {"a quoted password",
         {{"  agent_password agent\n", "  agent_password 's3cret'\n"}},
         "t.conf:9:18: doubt: the quotes belong to the value of \"agent_password\"; write it without quotes unless it "
         "has them\n"},
        {"a no-break space behind a key",
         {{"  peer db2\n",
           "  peer\xc2\xa0"
           "db2\n"}},
         "t.conf:18:3: fault: the line has a no-break space (U+00A0), which doesn't count as a blank; write a normal "
         "blank\n"},
        {"a full-width space behind a key",
         {{"  peer db2\n",
           "  peer\xe3\x80\x80"
           "db2\n"}},
         "t.conf:18:3: fault: the line has a full-width space (U+3000), which doesn't count as a blank; write a normal "
         "blank\n"},
        {"a control character",
         {{"  peer db2\n",
           "  peer d\x07"
           "b2\n"}},
         "t.conf:15:1: fault: master db1 has no peer; add \"peer NAME\" with the other master's name\n"
         "t.conf:18:3: fault: the line has control characters; write it anew\n"},
        {"a line in another encoding",
         {{"  peer db2\n", "  peer db2\xff\n"}},
         "t.conf:15:1: fault: master db1 has no peer; add \"peer NAME\" with the other master's name\n"
         "t.conf:18:3: fault: the line isn't UTF-8; store the file as UTF-8\n"},
        {"a comment in another encoding", {{"  peer db2\n", "  peer db2\n  # \xd6\xf7\xbf\xe2\n"}}, ""},
        {"a relative path",
         {{"<monitor>", "<monitor>\n  pid_path mmm_mond.pid"}},
         "t.conf:3:12: fault: \"pid_path\" is a relative path, mmm_mond.pid; write it from the root on, /...\n"},
        {"TLS to a database without the word for it",
         {{"  peer db2\n", "  peer db2\n  mysql_ca /etc/mmm/ca.pem\n  mysql_get_public_key yes\n"}},
         "t.conf:19:12: fault: \"mysql_ca\" of <host db1> isn't looked at: only mysql_tls verify checks certificates; "
         "write \"mysql_tls verify\", or remove mysql_ca\n"},
        {"TLS to a database", {{"  peer db2\n", "  peer db2\n  mysql_tls verify\n  mysql_ca ca.pem\n"}}, ""},
        {"ssl without certificates",
         {{"<monitor>", "<socket>\n  type ssl\n  cert_file /etc/mmm/cert.pem\n</socket>\n<monitor>"}},
         "t.conf:3:8: fault: type ssl needs \"key_file\"; add \"key_file /etc/mmm/...\" to <socket>\n"
         "t.conf:3:8: fault: type ssl needs \"ca_file\"; add \"ca_file /etc/mmm/...\" to <socket>\n"},
    });
}
