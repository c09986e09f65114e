#include "tests/unit/config/cases.hpp"
#include "tests/unit/config/classic_cases.hpp"

using namespace mmm::config;
using namespace mmm::config::test;

TEST_CASE("a cluster says by what its programs know each other, in one way") {
    const std::string nothing =
        "nothing says by what the cluster's programs know each other: whoever reaches their ports could command it; "
        "make "
        "a key, the same on all hosts: (umask 077; mmm keygen > /etc/mmm/cluster.key), and write key_file = "
        "\"/etc/mmm/cluster.key\" below [security]; or say plain = true there\n";
    const std::vector<Case> cases{
        {"nothing", {{"[security]\nplain = true\n", ""}}, "t.toml: fault: " + nothing},
        {"plain denied", {{"plain = true", "plain = false"}}, "t.toml: fault: " + nothing},
        {"a key", {{"plain = true", "key_file = \"cluster.key\""}}, ""},
        {"plain that can't be read",
         {{"plain = true", "plain = 1"}},
         "t.toml:41:9: fault: \"plain\" must be true or false, not the number 1; write true\n"},
        {"a key to look with", {{"plain = true", "key_file = \"cluster.key\"\nread_key_file = \"read.key\""}}, ""},
        {"certificates",
         {{"plain = true", "ca_file = \"a\"\ncert_file = \"c\"\ncert_key_file = \"k\""}},
         "t.toml:41:11: doubt: without \"key_file\" beside the certificates, datagrams (renewals of leases, signs of "
         "life) "
         "are known by the address alone that they come from; add key_file = \"FILE\", a key by mmm keygen, the same "
         "on "
         "all hosts\n"},
        {"certificates of [socket]",
         {{"[security]\nplain = true\n",
           "[socket]\ntype = \"ssl\"\ncert_file = \"/c\"\nkey_file = \"/k\"\nca_file = \"/a\"\n"}},
         ""},
        {"a key and plain",
         {{"plain = true", "plain = true\nkey_file = \"cluster.key\""}},
         "t.toml:41:9: fault: plain is said besides key_file; leave one of them\n"},
        {"certificates, and a key for datagrams",
         {{"plain = true", "key_file = \"y\"\nca_file = \"a\"\ncert_file = \"c\"\ncert_key_file = \"k\""}},
         ""},
        {"a key for looking beside certificates",
         {{"plain = true",
           "key_file = \"y\"\nread_key_file = \"r\"\nca_file = \"a\"\ncert_file = \"c\"\ncert_key_file = \"k\""}},
         "t.toml:42:17: fault: \"read_key_file\" has no effect beside certificates; make a certificate with the name "
         "reader instead\n"},
        {"half of the certificates",
         {{"plain = true", "key_file = \"y\"\nca_file = \"a\"\ncert_file = \"c\""}},
         "t.toml:40:1: fault: certificates need \"cert_key_file\" as well; add cert_key_file = \"FILE\" to "
         "[security]\n"},
        {"only a key to look with",
         {{"plain = true", "plain = true\nread_key_file = \"read.key\""}},
         "t.toml:42:17: fault: \"read_key_file\" without \"key_file\": nobody could command; add key_file = "
         "\"FILE\"\n"},
        {"one key for both",
         {{"plain = true", "key_file = \"y\"\nread_key_file = \"y\""}},
         "t.toml:42:17: fault: \"read_key_file\" and \"key_file\" are the same file; make a second key: mmm keygen "
         "--name "
         "read\n"},
        {"a peer of version 1", {{"plain = true", "plain = true\nversion1_peers = [\"db3\", \"monitor\"]"}}, ""},
        {"a peer of version 1 beside a key",
         {{"plain = true", "key_file = \"y\"\nversion1_peers = [\"db3\"]"}},
         "t.toml:42:18: doubt: what is said to MMM 2.2 is plain text, and nothing proves who answers; remove each name "
         "when that host runs mmm\n"},
        {"unknown and doubled peers",
         {{"plain = true", "plain = true\nversion1_peers = [\"db3\", \"db9\", \"db3\"]"}},
         "t.toml:42:26: fault: there is no host \"db9\"; did you mean \"db1\"?\n"
         "t.toml:42:33: doubt: db3 stands in version1_peers twice; remove one\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}

TEST_CASE("a classic file that says nothing about security goes on as it did, and isn't secured") {
    const auto loaded = classic(kClassic);
    CHECK_FALSE(has_fault(all_findings(loaded)));
    CHECK_FALSE(loaded.config.is_secured());
    const auto keyed = classic(std::string(kClassic) + "<security>\nkey_file /etc/mmm/cluster.key\n</security>\n");
    CHECK_FALSE(has_fault(all_findings(keyed)));
    CHECK(keyed.config.is_secured());
}

TEST_CASE("an agent that takes a monitor of MMM 2.2 in plain text has to know where it is") {
    const std::string peers = "<security>\nkey_file /etc/mmm/cluster.key\nversion1_peers monitor\n</security>\n";
    const auto told = [&](std::string text) {
        std::string out;
        for (const auto& each : all_findings(classic(text + peers), Purpose::agent)) {
            if (each.severity == Severity::fault) out += each.message + "; " + each.remedy + "\n";
        }
        return out;
    };
    std::string without = kClassic;
    const std::string end = "</monitor>\n";
    const auto begin = without.find("<monitor>");
    without.erase(begin, without.find(end) + end.size() - begin);
    CHECK(told(without) ==
          "nothing says where the monitor is that may speak plain text; add \"ip ADDRESS\" to <monitor>\n");
    CHECK(told(kClassic).empty());
}
