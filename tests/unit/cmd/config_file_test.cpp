#include "cmd/config_file.hpp"

#include <catch2/catch.hpp>

#include "cmd/config_secrets.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using test::example;
using test::Folder;

namespace {

/// The error's message, or "done".
template <class T>
std::string outcome(const Result<T>& result) {
    return result ? "done" : result.error().message;
}

}  // namespace

TEST_CASE("a program starts with doubts, which are for the log, but not with faults") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example("ping_ips", "bin_path = \"relative\"\nbogus"), 0644);
    const auto refused = load_config(path);
    REQUIRE(!refused);
    CHECK(refused.error().code == Code::invalid);
    CHECK(refused.error().message ==
          path +
              ":8:1: doubt: \"ping_ips\" is empty: the monitor can't tell its own network's failure from all "
              "hosts'; write addresses that always answer, like the router's\n" +
              path + ":11:12: fault: \"bin_path\" is a relative path, relative; write it from the root on, \"/...\"\n" +
              path +
              ":12:1: fault: unknown key \"bogus\" in [monitor]; `mmm check-config --keys` lists all keys\n"
              "2 faults, 1 doubt");

    const auto doubtful = load_config(folder.write("mmm.toml",
                                                   example("[check.default]",
                                                           "[check.ping]\nmax_backlog = "
                                                           "\"1s\"\n[check.default]"),
                                                   0644));
    REQUIRE(doubtful);
    CHECK(doubtful->config.hosts.size() == 4);
    REQUIRE(doubtful->doubts.size() == 1);
    CHECK(doubtful->doubts.front().message == "\"max_backlog\" has no effect in [check.ping]");
}

TEST_CASE("a file that can't be read is refused with the reason and what to do") {
    Folder folder;
    const auto none = load_config(folder.path() + "/none.toml");
    REQUIRE(!none);
    CHECK(none.error().code == Code::not_found);
    CHECK(none.error().message == "cannot open " + folder.path() +
                                      "/none.toml: No such file or directory; write it, or name another file with "
                                      "--config");
    CHECK(outcome(load_config(folder.path())) == folder.path() + " is not a regular file");
    CHECK(outcome(load_config(folder.write("big.toml", std::string((1 << 20) + 1, '\n'), 0644))) ==
          folder.path() + "/big.toml is longer than 1048576 bytes");
}

TEST_CASE("each program reads the password files it needs, and no other") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example(), 0644);
    auto config = load_config(path)->config;
    CHECK(outcome(read_monitor_secrets(config, path))
              .find("monitor_password_file of host db1: cannot open " + folder.path() + "/monitor.password: ") == 0);
    folder.write("monitor.password", "for the monitor\n", 0640);
    CHECK(outcome(read_monitor_secrets(config, path)) == "done");
    CHECK(config.host("db4")->monitor.password == "for the monitor");
    CHECK(config.host("db4")->agent.password.empty());

    folder.write("replication.password", "for replicas", 0600);
    CHECK(outcome(read_agent_secrets(config, path, "db2")).find("agent_password_file of host db2: cannot open ") == 0);
    const auto agent = folder.write("agent.password", "for agents\n", 0644);
    CHECK(outcome(read_agent_secrets(config, path, "db2")).find("; run: chmod 640 " + agent) != std::string::npos);
    folder.write("agent.password", "for agents\n", 0640);
    CHECK(outcome(read_agent_secrets(config, path, "db2")) == "done");
    CHECK(config.host("db2")->agent.password == "for agents");
    CHECK(config.host("db1")->agent.password.empty());
    CHECK(config.host("db1")->replication.password == "for replicas");
}

TEST_CASE("credentials come from the service manager's folder") {
    Folder folder;
    const auto path = folder.write(
        "mmm.toml", example("monitor_password_file = \"monitor.password\"", "monitor_password_credential = \"mon\""),
        0644);
    auto config = load_config(path)->config;
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(
        outcome(read_monitor_secrets(config, path)) ==
        "monitor_password_credential of host db1: no credential 'mon': the service manager passed no credentials; add "
        "'LoadCredential=mon:/etc/mmm/mon' to [Service] of the unit");
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    folder.write("mon", "s3cret", 0400);
    CHECK(outcome(read_monitor_secrets(config, path)) == "done");
    CHECK(config.host("db1")->monitor.password == "s3cret");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("a path is taken from the folder of the configuration unless it is absolute") {
    CHECK(beside("/etc/mmm/mmm.toml", "agent.password") == "/etc/mmm/agent.password");
    CHECK(beside("/etc/mmm/mmm.toml", "/run/agent.password") == "/run/agent.password");
    CHECK(beside("mmm.toml", "agent.password") == "agent.password");
    CHECK(beside("/mmm.toml", "agent.password") == "/agent.password");
}
