#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/unit/config/classic_cases.hpp"

using namespace mmm;
using namespace mmm::config;
using test::classic_findings;
using test::Files;
using test::kClassic;

TEST_CASE("an include that fails says so, and nothing that would have been in it is missed") {
    CHECK(classic_findings("include mmm_common.conf\nthis db1\n") ==
          "t.conf:1:1: fault: there is no file \"mmm_common.conf\"\n");
    CHECK(classic_findings("include\nthis db1\n")
              .find("t.conf:1:1: fault: \"include\" names no file; write \"include "
                    "mmm_common.conf\"\n") != std::string::npos);
}

TEST_CASE("a finding in an included file names that file") {
    const std::string common = test::spoiled({{"  peer db2\n", "  peerdb2\n"}});
    CHECK(classic_findings("include common\n", Purpose::monitor, {{"common", common}}) ==
          "common:18:3: fault: \"peerdb2\" lacks the blank behind \"peer\"; write \"peer db2\"\n");
}

TEST_CASE("files that include themselves or too many others end the reading") {
    CHECK(classic_findings(std::string("include t.conf\n") + kClassic, Purpose::monitor, {{"t.conf", "this db1"}}) ==
          "t.conf:1:1: fault: t.conf includes itself; remove the line\n");
    const Files ring{{"a", std::string("include b\n") + kClassic}, {"b", "include a\n"}};
    CHECK(classic_findings("include a\n", Purpose::monitor, ring) ==
          "b:1:1: fault: a includes itself; remove the line\n");
    Files deep;
    for (int i = 0; i < 20; ++i) deep["f" + std::to_string(i)] = "include f" + std::to_string(i + 1) + "\n";
    CHECK(classic_findings("include f0\n", Purpose::monitor, deep) ==
          "f6:1:1: fault: files include each other too deeply; 8 deep and 64 files are the most\n");
    std::string many;
    for (int i = 0; i < 200; ++i) many += "include empty\n";
    CHECK(classic_findings(many, Purpose::monitor, {{"empty", ""}}) ==
          "t.conf:65:1: fault: too many files are included; 8 deep and 64 files are the most\n");
    const Files big{{"big", std::string(kMostFileBytes / 2, '\n')}};
    CHECK(classic_findings("include big\ninclude big\n", Purpose::monitor, big) ==
          "big: fault: all files are longer than 1 MiB\n");
    CHECK(classic_findings(std::string(kMostFileBytes + 1, '#')) == "t.conf: fault: the file is longer than 1 MiB\n");
}

TEST_CASE("a file that is included twice doesn't give its values twice") {
    CHECK(classic_findings("include common\ninclude common\n", Purpose::monitor, {{"common", kClassic}}).empty());
}

TEST_CASE("a file of MMM 1 is refused with a hint, also when it is included") {
    const std::string old = "cluster_interface eth0\ndebug no\nhost db1\n    ip 192.168.10.131\n    mode master\n";
    const std::string said =
        ":3:1: fault: \"host db1\" is how MMM 1.x writes a section; its format isn't read; write it "
        "anew as MMM 2 does, <host db1> to </host>, or in TOML\n";
    CHECK(classic_findings(old) == "t.conf" + said);
    CHECK(classic_findings("include common\nthis db1\n", Purpose::agent, {{"common", old}}) == "common" + said);
    CHECK(classic_findings("log mydebug\n    file /var/log/mmm.log\n").find("\"log mydebug\" is how MMM 1.x") !=
          std::string::npos);
    CHECK(classic_findings("email notify # mails\n    from_name MMM\n").find("\"email notify\" is how MMM 1.x") !=
          std::string::npos);
}

TEST_CASE("a file in UTF-16 is refused as such") {
    const std::string text("\xff\xfe<\0h\0>\0", 8);
    CHECK(classic_findings(text) == "t.conf:1:1: fault: the file is UTF-16; store it as UTF-8\n");
}

TEST_CASE("keys of the tools and of forks are named as ignored, each kind once") {
    const auto text = test::spoiled(
        {{"active_master_role writer\n", "active_master_role writer\nblocking_type hard\nclone_dirs data, logs\n"},
         {"<host db1>\n",
          "<host db1>\nbin_path /usr/lib\nssh_user root\niptables_bin /sbin/iptables\nmmm_channels a\n"},
         {"<host db2>\n",
          "<host db2>\nbin_path /usr/lib\nssh_user root\nlvm_mount_opts -orw\nmmm_channel a\nmysql_cnf\n"},
         {"<role writer>\n",
          "<copy_method scp>\nbackup_command cp %IP%:#x\n</copy_method>\n<ip 192.168.10.128>\nx y\n"
          "</ip>\n<check default>\nrestart_after 5\n</check>\n<role writer>\nreplication_channel a\n"}});
    CHECK(
        classic_findings(text) ==
        "t.conf:2:1: doubt: \"blocking_type\" has no effect: clients of a leaving writer are always ended after "
        "max_kill_retries; the line may stay\n"
        "t.conf:3:1: doubt: <copy_method scp>, clone_dirs, ssh_user, lvm_mount_opts and mysql_cnf have no effect, "
        "being of MMM's backup tools, which have no successor here; the lines may stay\n"
        "t.conf:18:1: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"
        "t.conf:20:1: doubt: iptables_bin has no effect, being of a fork that shuts clients out by packet filter: a "
        "leaving writer's clients are always ended; the line may stay\n"
        "t.conf:21:1: doubt: replication_channel, mmm_channels and mmm_channel have no effect, being of a fork with "
        "replication channels: only the channel that a host's replication_channel names is controlled; the lines may "
        "stay\n"
        "t.conf:47:1: doubt: <ip 192.168.10.128> has no effect, being of a fork: addresses come from <role NAME>; the "
        "line may stay\n"
        "t.conf:51:1: doubt: \"restart_after\" has no effect: checks need no restarts; the line may stay\n");
}

TEST_CASE("classic garbage ends soon, with few findings") {
    std::string words, tags, hosts, roles, includes, zeroes(100'000, '\0'), comments;
    for (int i = 0; i < 40'000; ++i) {
        words += "word another word\n";
        tags += "<host a" + std::to_string(i) + ">\n";
        hosts += "<host a" + std::to_string(i) + "/>\n";
        roles += "<role r" + std::to_string(i) + ">\nhosts x, y\n</role>\n";
        includes += "include x\n";
        comments += "a b # c\n";
    }
    std::string binary = "\x7f_ELF\x01\x02<host _>\n</\xff>\n#\n";
    std::replace(binary.begin(), binary.end(), '_', '\0');
    for (const auto& text : {words, tags, hosts + roles, includes, zeroes, comments, std::string(500'000, '<'), binary,
                             std::string(900'000, 'a'), std::string("<host\n") + std::string(300'000, '#')}) {
        const auto began = std::chrono::steady_clock::now();
        const auto findings = all_findings(test::classic(text), Purpose::monitor);
        CHECK(has_fault(findings));
        CHECK(findings.size() < 2100);
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
    }
}

TEST_CASE("a classic finding never repeats a password or a control character") {
    for (const auto* line :
         {"agent_passwords3cret", "agent_passwds3cret", "agent_pasword s3cret", "agent_password = s3cret",
          "agent_password=s3cret", "agent_password s3cret # s3cret", "agent_password 's3cret'",
          "agent_password s3cret\x1b", "agent_password\xc2\xa0s3cret", "agent_password s3cret\xff"}) {
        const auto said = classic_findings(test::spoiled({{"agent_password agent", line}}), Purpose::agent);
        INFO(line << "\n" << said);
        CHECK_FALSE(said.empty());
        CHECK(said.find("s3cret") == std::string::npos);
    }
    CHECK(classic_findings("<host a\x1b[31m>\n</host>\n").find('\x1b') == std::string::npos);
}
