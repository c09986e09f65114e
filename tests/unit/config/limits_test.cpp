#include <catch2/catch.hpp>
#include <chrono>

#include "tests/unit/config/cases.hpp"

using namespace mmm::config;

namespace {

std::string first_text(const std::vector<Finding>& findings) {
    return findings.empty() ? "" : text(findings.front());
}

std::string hosts(int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out += "[host.extra" + std::to_string(i) + "]\nip = \"192.168.10." + std::to_string(i + 2) + "\"\n";
    return out;
}

}  // namespace

TEST_CASE("a cluster has at most 64 hosts and 256 addresses, a file at most 1 MiB") {
    CHECK(first_text(all_findings(read_toml("t.toml", test::kClean + hosts(61)))) ==
          "t.toml: fault: there are 65 hosts; one cluster has at most 64");
    std::string ips;
    for (int i = 0; i < 256; ++i) ips += ", \"192.168.11." + std::to_string(i) + "\"";
    const auto many = test::text_of({{"\"192.168.10.130\"]", "\"192.168.10.130\"" + ips + "]"}});
    CHECK(first_text(all_findings(read_toml("t.toml", many))) ==
          "t.toml: fault: the roles have 259 addresses; one cluster has at most 256");
    CHECK(first_text(all_findings(read_toml("t.toml", std::string(kMostFileBytes + 1, '#')))) ==
          "t.toml: fault: the file is longer than 1 MiB");
    CHECK(read_toml("t.toml", "").complete);
}

TEST_CASE("an empty file is told what it lacks") {
    std::string all;
    for (const auto& finding : all_findings(read_toml("t.toml", ""))) all += text(finding) + "\n";
    CHECK(
        all ==
        "t.toml: fault: there are no hosts; add a section [host.NAME] for each database host\n"
        "t.toml: fault: there is no role \"writer\" to be the writer role; add [role.writer], or name the role with "
        "active_master_role\n"
        "t.toml: fault: the monitor has no ip; add ip = \"ADDRESS\" to [monitor]\n"
        "t.toml: doubt: \"ping_ips\" is empty: the monitor can't tell its own network's failure from all hosts'; "
        "write addresses that always answer, like the router's\n"
        "t.toml: fault: nothing says by what the cluster's programs know each other: whoever reaches their ports could "
        "command it; make a key, the same on all hosts: (umask 077; mmm keygen > /etc/mmm/cluster.key), and write "
        "key_file = \"/etc/mmm/cluster.key\" below [security]; or say plain = true there\n");
}

TEST_CASE("garbage ends soon, with few findings") {
    std::string keys, words, brackets(200'000, '['), zeroes(1000, '\0');
    for (int i = 0; i < 50'000; ++i) {
        keys += "key" + std::to_string(i) + " = 1\n";
        words += "word another word\n";
    }
    for (const auto& text : {keys, "[monitor]\n" + keys, words, brackets, zeroes, "a = " + brackets, "\xff\xfe" + keys,
                             std::string("\x7f"
                                         "ELF"),
                             std::string("= = =\n\"\n")}) {
        const auto began = std::chrono::steady_clock::now();
        const auto findings = all_findings(read_toml("t.toml", text));
        CHECK(has_fault(findings));
        CHECK(findings.size() < 1100);
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
    }
}

TEST_CASE("a finding never repeats a password or a control character") {
    for (const auto* line : {"agent_password = s3cret", "agent_password \"s3cret\"", "agent_password = [\"s3cret\"]",
                             "agent_pasword = \"s3cret\"", "agent_password = \"s3cret",
                             "agent_password = \"s3cret\\q\"", "agent_password = \"s3cret\\u001b\""}) {
        const auto findings =
            all_findings(read_toml("t.toml", test::text_of({{"agent_password_file = \"agent.password\"", line}})));
        INFO(line);
        CHECK(has_fault(findings));
        for (const auto& finding : findings) CHECK(text(finding).find("s3cret") == std::string::npos);
    }
    const auto findings = all_findings(read_toml("t.toml", test::text_of({{"[host.db4]", "[host.\"a\\u001b[31m\"]"}})));
    REQUIRE(has_fault(findings));
    for (const auto& finding : findings) CHECK(text(finding).find('\x1b') == std::string::npos);
}

TEST_CASE("letters of all alphabets may stand in comments and texts") {
    const auto text = test::text_of({{"[monitor]",
                                      "[monitor] # h\xc3\xb4te, \xd1\x81\xd0\xb5\xd1\x80\xd0\xb2\xd0\xb5\xd1\x80, "
                                      "\xe4\xb8\xbb\xe6\x9c\xba, \xf0\x9f\x90\xac"},
                                     {"\"mmm_agent\"", "\"\xc3\xa4gent\""}});
    CHECK(all_findings(read_toml("t.toml", text)).empty());
    CHECK(read_toml("t.toml", text).config.host("db1")->agent.user == "\xc3\xa4gent");
    CHECK(has_fault(all_findings(read_toml("t.toml", test::text_of({{"[host.db4]", "[.host.db4]"}})))));
}
