#include "tests/unit/config/classic_cases.hpp"

using mmm::config::test::check_all;

TEST_CASE("broken tags, unclosed and misnamed sections are told and read as they were meant") {
    check_all({
        {"a tag without its end",
         {{"<host db3>", "<host db3"}},
         "t.conf:25:1: fault: the tag has no \">\"; write <host db3>\n"},
        {"an end tag without its end",
         {{"  mode slave\n</host>", "  mode slave\n</host"}},
         "t.conf:28:1: fault: the tag has no \">\"; write </host>\n"},
        {"an empty tag",
         {{"<host db3>", "<>\n<host db3>"}},
         "t.conf:25:1: fault: a tag without a word; write a section like <host db1>\n"},
        {"two names",
         {{"<host db3>", "<host db3 db4>"}},
         "t.conf:25:1: fault: a section has one name; write <host db3>\n"},
        {"something behind the tag",
         {{"<host db3>", "<host db3> ip 192.168.10.133"}},
         "t.conf:25:1: fault: something stands behind the tag; write it on a line of its own\n"},
        {"an end tag with a name",
         {{"  mode slave\n</host>", "  mode slave\n</host db3>"}},
         "t.conf:28:1: fault: an end tag has no name; write </host>\n"},
        {"blanks within tags",
         {{"<host db3>", "  <  host   db3  >"}, {"  mode slave\n</host>", "  mode slave\n  < / host >"}},
         ""},
        {"a section without its end",
         {{"  mode slave\n</host>\n<host db4>", "  mode slave\n<host db4>"}},
         "t.conf:28:1: fault: <host db4> stands inside of <host db3>, which begins in line 25; write </host> before "
         "it\n"},
        {"the last section without its end",
         {{"  mode balanced\n</role>\n", "  mode balanced\n"}},
         "t.conf:38:1: doubt: <role reader> has no end, so it reaches to the end of the file; write </role>\n"},
        {"a section ended by another name",
         {{"  mode slave\n</host>", "  mode slave\n</role>"}},
         "t.conf:28:1: doubt: </role> is taken as the end of <host db3> in line 25; write </host>\n"},
        {"an end without a section",
         {{"<role writer>", "</host>\n<role writer>"}},
         "t.conf:33:1: fault: </host> ends nothing; the old programs read no further than this; remove the line\n"},
        {"a section inside of another",
         {{"  ip 192.168.10.133\n", "  <role x>\n  </role>\n  ip 192.168.10.133\n"}},
         "t.conf:25:1: fault: host db3 has no ip; add \"ip ADDRESS\"\n"
         "t.conf:26:3: fault: <role x> stands inside of <host db3>, which begins in line 25; write </host> before it\n"
         "t.conf:26:3: fault: role x has no hosts; add \"hosts NAME, ...\"\n"
         "t.conf:26:3: fault: role x has no ips; add \"ips ADDRESS, ...\"\n"
         "t.conf:28:3: fault: unknown key \"ip\" outside of any section; it belongs in <monitor>\n"
         "t.conf:29:3: fault: unknown key \"mode\" outside of any section; it belongs in <monitor>\n"
         "t.conf:30:1: fault: </host> ends nothing; the old programs read no further than this; remove the line\n"},
        {"an empty section", {{"<host db3>", "<socket/>\n<check ping/>\n<host db3>"}}, ""},
        {"a misspelt section",
         {{"<monitor>", "<monitr>"}},
         "t.conf:2:1: fault: unknown section <monitr>; did you mean <monitor>?\n"},
        {"a misspelt section with a name",
         {{"<role reader>", "<rolle reader>"}},
         "t.conf:38:1: fault: unknown section <rolle>; did you mean <role reader>?\n"},
        {"a section like no other",
         {{"<role writer>", "<xyzzy>\n  a 1\n</xyzzy>\n<role writer>"}},
         "t.conf:33:1: fault: unknown section <xyzzy>; `mmm check-config --keys` lists all keys\n"},
        {"sections in the plural",
         {{"<role reader>", "<roles reader>"}},
         "t.conf:38:1: fault: unknown section <roles>; did you mean <role reader>?\n"},
        {"a check that doesn't exist",
         {{"<role writer>", "<check rep_thread>\n</check>\n<role writer>"}},
         "t.conf:33:1: fault: there is no check \"rep_thread\"; did you mean <check rep_threads>?\n"},
        {"a check like no other",
         {{"<role writer>", "<check disk>\n</check>\n<role writer>"}},
         "t.conf:33:1: fault: there is no check \"disk\"; there are ping, mysql, rep_backlog, rep_threads and "
         "default\n"},
        {"a host name that can't be",
         {{"<host db4>", "<host db\"4>"}},
         "t.conf:29:1: fault: a host has an invalid name; names are 1 to 64 of the characters A-Z a-z 0-9 . _ -\n"
         "t.conf:29:1: doubt: host db\"4 is in no role and will never hold an address; add \"db\"4\" to the hosts of a "
         "role\n"
         "t.conf:39:14: fault: role reader names \"db4\", which is no host; did you mean \"db\"4\"?\n"},
    });
}
