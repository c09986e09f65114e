#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cmd/check_config.hpp"
#include "cmd/config_file.hpp"
#include "cmd/config_include.hpp"
#include "cmd/convert_config.hpp"
#include "core/config/toml.hpp"
#include "core/config/validate.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using config::Purpose;
using test::Folder;

namespace {

constexpr const char* kCommon = R"(active_master_role writer
<host default>
  agent_user mmm_agent
  agent_password s3cret
  replication_user replication
  replication_password s3cret
</host>
<host db1>
  ip 192.168.10.131
  mode master
  peer db2
</host>
<host db2>
  ip 192.168.10.132
  mode master
  peer db1
</host>
<role writer>
  hosts db1, db2
  ips 192.168.10.128
  mode exclusive
</role>
)";
constexpr const char* kAgent = "include mmm_common.conf\nthis db1\n";
constexpr const char* kMonitor = R"(include mmm_common
<monitor>
  ip 127.0.0.1
  ping_ips 192.168.10.1, 192.168.10.131
</monitor>
<host default>
  monitor_user mmm_monitor
  monitor_password s3cret
</host>
)";

/// What the command prints to standard output.
std::string output_of(std::vector<std::string> arguments, int expected_status) {
    std::FILE* file = std::tmpfile();
    REQUIRE(file != nullptr);
    std::fflush(stdout);
    const int saved = ::dup(1);
    ::dup2(::fileno(file), 1);
    const int status = check_config_main(std::move(arguments));
    std::fflush(stdout);
    ::dup2(saved, 1);
    ::close(saved);
    std::rewind(file);
    std::string output;
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) output += static_cast<char>(c);
    std::fclose(file);
    INFO(output);
    CHECK(status == expected_status);
    return output;
}

std::string all_text(const std::vector<config::Finding>& findings) {
    std::string out;
    for (const auto& finding : findings) out += config::text(finding) + "\n";
    return out;
}

}  // namespace

TEST_CASE("each program loads its classic file with what it includes") {
    Folder folder;
    folder.write("mmm_common.conf", kCommon, 0640);
    const auto agent = load_config(folder.write("mmm_agent.conf", kAgent, 0644), Purpose::agent);
    REQUIRE(agent);
    CHECK(all_text(agent->doubts).empty());
    CHECK(agent->config.self == "db1");
    CHECK(agent->config.host("db2")->replication.password == "s3cret");
    const auto path = folder.write("mmm_mon.conf", kMonitor, 0600);
    const auto monitor = load_config(path, Purpose::monitor);
    REQUIRE(monitor);
    CHECK(all_text(monitor->doubts).empty());
    CHECK(monitor->config.host("db2")->monitor.user == "mmm_monitor");
    CHECK(read_config(path, Purpose::control)->config.monitor.ip.text() == "127.0.0.1");
    CHECK(read_config(path)->paths == std::vector<std::string>{path, folder.path() + "/mmm_common.conf"});

    // What it lacks for another program keeps that one from starting.
    const auto other = load_config(path, Purpose::agent);
    REQUIRE(other);
    CHECK(all_text(other->doubts).find("\"this\" is missing") != std::string::npos);
    CHECK_FALSE(load_config(folder.path() + "/mmm_agent.conf", Purpose::monitor));
}

TEST_CASE("an included file is looked for beside the including one, then in the classic folders") {
    Folder beside, classic, later;
    const auto from = beside.write("mmm_mon.conf", "", 0600);
    const auto here = beside.write("a.conf", "here", 0600);
    classic.write("a.conf", "there", 0600);
    const auto there = classic.write("b.conf", "there", 0600);
    later.write("b.conf", "too late", 0600);
    const auto bare = classic.write("bare", "bare", 0600);
    ConfigFiles files({classic.path(), later.path()});
    const auto found = [&](const std::string& name) {
        const auto file = files.include(name, from);
        return file ? file->path : file.error().message;
    };
    CHECK(found("a.conf") == here);
    CHECK(found("a") == here);
    CHECK(found("./a.conf") == here);
    CHECK(found("b") == there);
    CHECK(found("bare") == bare);
    CHECK(found(there) == there);
    CHECK(files.include("b", from)->text == "there");
    CHECK(found("c") == "there is no file \"c\" in " + beside.path() + ", " + classic.path() + ", " + later.path());
    CHECK(found("/none/c") == "there is no file \"/none/c\"");
    CHECK(found(beside.path()) == beside.path() + " is not a regular file");
    CHECK(files.opened().size() == 7);
}

TEST_CASE("a missing include is a fault of the line that names it") {
    Folder folder;
    const auto path = folder.write("mmm_agent.conf", "this db1\ninclude mmm_common_none.conf\n", 0644);
    const auto refused = load_config(path, Purpose::agent);
    REQUIRE(!refused);
    CHECK(refused.error().message == path + ":2:1: fault: there is no file \"mmm_common_none.conf\" in " +
                                         folder.path() + ", /etc, /etc/mmm, /etc/mysql-mmm\n1 fault");
}

TEST_CASE("each included file that holds passwords, or that others may change, is a fault with the chmod to run") {
    Folder folder;
    const auto common = folder.write("mmm_common.conf", kCommon, 0644);
    const auto monitor = folder.write("mmm_mon.conf", kMonitor, 0666);
    CHECK(all_text(read_config(monitor, Purpose::monitor)->findings) ==
          common + ":4:18: fault: " + common +
              " holds a secret, but everybody on this host may use it (mode 644); run: chmod 640 " + common + "\n" +
              monitor + ": fault: everybody on this host may change it (mode 666); run: chmod o-w " + monitor + "\n" +
              monitor + ":8:20: fault: " + monitor +
              " holds a secret, but everybody on this host may use it (mode 666); run: chmod 640 " + monitor + "\n");
    folder.write("mmm_common.conf", kCommon, 0640);
    const auto agent = folder.write("mmm_agent.conf", kAgent, 0646);
    CHECK(all_text(read_config(agent, Purpose::agent)->findings) ==
          agent + ": fault: everybody on this host may change it (mode 646); run: chmod o-w " + agent + "\n");
}

TEST_CASE("what MMM 2.2 started with is only a doubt: a classic file with passwords that its group may change") {
    Folder folder;
    folder.write("mmm_common.conf", kCommon, 0660);
    const auto agent = load_config(folder.write("mmm_agent.conf", kAgent, 0640), Purpose::agent);
    REQUIRE(agent);
    const std::string common = folder.path() + "/mmm_common.conf";
    CHECK(all_text(agent->doubts) == common + ":4:18: doubt: " + common +
                                         " holds a secret, but its group may change it (mode 660); run: chmod 640 " +
                                         common + "\n");
}

TEST_CASE("check-config finds out whose classic file it is, and --for says otherwise") {
    Folder folder;
    const auto common = folder.write("mmm_common.conf", kCommon, 0640);
    const auto agent = folder.write("mmm_agent.conf", kAgent, 0644);
    const auto monitor = folder.write("mmm_mon.conf", kMonitor, 0600);
    const std::string plain =
        "its links are plain text: whoever comes from a configured host's address is obeyed; mmm keygen and <security> "
        "key_file close them\n";
    CHECK(output_of({"--config", agent}, 0) ==
          "MMM's classic format, checked for the program agent; --for monitor, agent or ctl says otherwise\n" + plain +
              agent + ": no faults; 2 hosts, 1 role, 1 address\n");
    CHECK(output_of({"--config", monitor}, 0).find("its addresses move after 4 s\n") != std::string::npos);
    CHECK(
        output_of({"--config", common}, 0) ==
        "MMM's classic format, without \"this\" (the agent's) and <monitor>: checked for what all programs need; --for "
        "monitor or agent says more\n" +
            plain + common + ": no faults; 2 hosts, 1 role, 1 address\n");
    CHECK(output_of({"--config", common, "--for", "agent", "--strict"}, 1).find("\"this\" is missing") !=
          std::string::npos);
    CHECK(output_of({"--config", common, "--for", "monitor"}, 1).find("the monitor has no ip") != std::string::npos);
    CHECK(output_of({"--config", monitor, "--for", "ctl"}, 0).find("checked for the program ctl") != std::string::npos);
    CHECK(output_of({"--config", monitor, "--for", "everybody"}, 2).empty());

    const auto json = nlohmann::json::parse(output_of({"--config", agent, "--json"}, 0));
    CHECK(json["format"] == "classic");
    CHECK(json["for"] == "agent");
    CHECK_FALSE(json.contains("within_ms"));
}

TEST_CASE("--convert prints TOML that reads as an equal configuration, passwords and all") {
    Folder folder;
    folder.write("mmm_common.conf", kCommon, 0640);
    const std::string kBegin = "# Converted by mmm check-config --convert from " + folder.path();
    for (const auto& [name, text] : {std::pair{"mmm_agent.conf", kAgent}, {"mmm_mon.conf", kMonitor}}) {
        const auto path = folder.write(name, text, 0600);
        const auto toml = output_of({"--config", path, "--convert"}, 0);
        CHECK(toml.starts_with(kBegin + "/" + name + " and " + folder.path() + "/mmm_common.conf.\n"));
        CHECK(toml.find("agent_password = \"s3cret\"\n") != std::string::npos);
        // What the classic file leaves unsaid, the other one has to say.
        auto meant = read_config(path)->config;
        meant.security.plain = true;
        CHECK(config::read_toml("t.toml", toml).config == meant);
        CHECK(output_of({"--config", path, "--print"}, 0).find("s3cret") == std::string::npos);
    }
    const auto broken = folder.write("broken.conf", "include mmm_common.conf\n<host db3\n", 0600);
    CHECK(output_of({"--config", broken, "--convert"}, 1).empty());
}

TEST_CASE("what is still missing from the converted text is named") {
    Folder folder;
    folder.write("mmm_common.conf", kCommon, 0640);
    const auto agent = read_config(folder.write("mmm_agent.conf", kAgent, 0600));
    REQUIRE(agent);
    CHECK(convert_note(*agent) ==
          "The output holds the passwords: store it with umask 077, for root alone or with chmod 640 for mmm's group.\n"
          "The links stay plain text, as they were (plain = true below [security]). To close the ports to others, make "
          "a key,\nthe same on all hosts: (umask 077; mmm keygen > /etc/mmm/cluster.key), and write key_file = "
          "\"/etc/mmm/cluster.key\"\ninstead.\n"
          "The output isn't complete yet, as one TOML file serves all programs; add from the other classic files:\n"
          "  the monitor has no ip; add ip = \"ADDRESS\" to [monitor]\n"
          "  db1 and db2 have no monitor_user, the monitor's database user; add monitor_user = \"NAME\" to "
          "[defaults.host]\n"
          "  db1 and db2 have no password for the monitor user; add monitor_password_file = \"FILE\", "
          "monitor_password_credential or monitor_password to [defaults.host]\n");
    // All parts in one classic file make a whole TOML file.
    const auto whole = read_config(folder.write("all.conf", std::string(kMonitor) + "this db1\n", 0600));
    REQUIRE(whole);
    CHECK(convert_note(*whole) ==
          "The output holds the passwords: store it with umask 077, for root alone or with chmod 640 for mmm's group.\n"
          "The links stay plain text, as they were (plain = true below [security]). To close the ports to others, make "
          "a key,\nthe same on all hosts: (umask 077; mmm keygen > /etc/mmm/cluster.key), and write key_file = "
          "\"/etc/mmm/cluster.key\"\ninstead.\n");
}
