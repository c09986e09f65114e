#include "cmd/check_config.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using test::example;
using test::Folder;
using test::kExample;

namespace {

struct Run {
    int status;
    std::string output;
};

/// Runs the command with standard output in a file.
Run run(std::vector<std::string> arguments) {
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
    return {status, output};
}

}  // namespace

TEST_CASE("the example alone in an empty folder is clean, even strictly") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example(), 0644);
    const auto result = run({"--config", path, "--strict"});
    CHECK(result.status == 0);
    CHECK(result.output.find(path + ": no faults; 4 hosts, 2 roles, 3 addresses\n") != std::string::npos);
    CHECK(result.output.find("its addresses move after 4 s\n") != std::string::npos);
    CHECK(result.output.find("noticed after 3.5 s to 4.5 s\n") != std::string::npos);
}

TEST_CASE("what leases mean in seconds, and whose outage stops writes, is said") {
    Folder folder;
    const auto with = [&](const std::string& lines) {
        const auto path = folder.write("mmm.toml", example("[monitor]", lines + "\n[monitor]"), 0644);
        return run({"--config", path}).output;
    };
    const std::string plain = with("");
    for (const auto* line :
         {"  a majority of the voters                     3 of 5 (db1, db2, db3, db4, monitor): 2 may be away\n",
          "  a holder loses the majority of the voters    it lets go within 2 s (lease)\n",
          "  a holder is dead, frozen or cut off          another has its addresses within 10.007 s: 4.5 s to notice, "
          "5.507 s to be certain\n",
          "  a voter supported a lease for the last time  nothing of that lease is left after 3.507 s (W)\n",
          "  a host promised to take an address           it takes it within 5.507 s (X), or has to be asked again\n",
          "  a voter starts without its record            it keeps silent for 9.014 s (S)\n"}) {
        INFO(plain);
        CHECK(plain.find(line) != std::string::npos);
    }
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"[quorum]\nvoters = [\"db1\", \"db2\", \"monitor\"]",
         "2 of 3 (db1, db2, monitor): 1 may be away; while it is, the outage of another for longer than 2 s stops all "
         "writes\n"},
        {"[quorum]\nvoters = [\"db1\", \"monitor\"]",
         "2 of 2 (db1, monitor): none may be away; the outage of any for longer than 2 s stops all writes\n"},
        {"[quorum]\nvoters = [\"db1\", \"monitor\"]", "doubt: db1 and monitor are the only voters"},
        {"[quorum]\nvoters = [\"db1\", \"db2\", \"monitor\"]\non_loss = \"hold\"",
         "while it is, the outage of another stops all moves\n"},
        {"[quorum]\non_loss = \"hold\"", "it keeps its addresses (on_loss is hold)\n"},
        {"[quorum]\non_loss = \"hold\"", "its addresses stay with it until it lets go, or kill_host_bin or"},
        {"[quorum]\non_loss = \"hold\"", "no time proves that nothing of that lease is left (on_loss is hold)\n"},
    };
    for (const auto& [lines, expected] : rows) {
        const auto output = with(lines);
        INFO(output);
        CHECK(output.find(expected) != std::string::npos);
    }
}

TEST_CASE("faults end with 1, doubts with 0 unless strict, what can't be read with 2") {
    Folder folder;
    const auto fault = folder.write("fault.toml", example("ping_ips", "pign_ips"), 0644);
    const auto doubt =
        folder.write("doubt.toml", example("hosts = [\"db3\", \"db4\"]", "hosts = [\"db3\", \"db1\"]"), 0644);
    CHECK(run({"--config", fault}).status == 1);
    CHECK(run({"--config", fault}).output == fault +
                                                 ":11:1: fault: unknown key \"pign_ips\" in [monitor]; did you mean "
                                                 "\"ping_ips\"?\n1 fault\n");
    CHECK(run({"--config", doubt}).status == 0);
    CHECK(run({"--config", doubt}).output.find("no faults, 1 doubt; 4 hosts") != std::string::npos);
    CHECK(run({"--config", doubt, "--strict"}).status == 1);
    CHECK(run({"--config", folder.path() + "/none.toml", "--json"}).status == 2);
    CHECK(run({"--config", folder.path(), "--json"}).status == 2);
    CHECK(run({"--keys"}).status == 0);
}

TEST_CASE("a file that holds a password and that others may read is a fault with the chmod to run") {
    Folder folder;
    const std::string secret = example("agent_password_file = \"agent.password\"", "agent_password = \"s3cret\"");
    struct Case {
        mode_t mode;
        bool fine;
    };
    for (const auto& [mode, fine] :
         {Case{0600, true}, {0640, true}, {0400, true}, {0644, false}, {0604, false}, {0660, false}, {0602, false}}) {
        const auto path = folder.write("mmm.toml", secret, mode);
        const auto result = run({"--config", path});
        INFO(std::oct << mode << " " << result.output);
        CHECK(result.status == (fine ? 0 : 1));
        CHECK((result.output.find("run: chmod 6") != std::string::npos) == !fine);
        CHECK(result.output.find("s3cret") == std::string::npos);
    }
    const auto path = folder.write("mmm.toml", secret, 0644);
    CHECK(run({"--config", path}).output.find(path + ":20:18: fault: ") == 0);
    CHECK(run({"--config", path}).output.find("; run: chmod 640 " + path + "\n") != std::string::npos);
}

TEST_CASE("a file without a password may be read, but not changed, by everybody") {
    Folder folder;
    CHECK(run({"--config", folder.write("mmm.toml", example(), 0644)}).status == 0);
    const auto path = folder.write("mmm.toml", example(), 0666);
    CHECK(run({"--config", path}).output == path +
                                                ": fault: everybody on this host may change it (mode 666); run: "
                                                "chmod o-w " +
                                                path + "\n1 fault\n");
}

TEST_CASE("a password file that others may read is a fault, one that isn't here is none") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example(), 0644);
    const auto secret = folder.write("agent.password", "s3cret\n", 0644);
    CHECK(run({"--config", path}).output.find("run: chmod 640 " + secret + "\n1 fault\n") != std::string::npos);
    REQUIRE(::chmod(secret.c_str(), 0640) == 0);
    CHECK(run({"--config", path}).status == 0);
}

TEST_CASE("--json gives one object, whatever happens") {
    Folder folder;
    const auto clean = nlohmann::json::parse(run({"--config", kExample, "--json"}).output);
    CHECK(clean["ok"] == true);
    CHECK(clean["hosts"] == 4);
    CHECK(clean["findings"].empty());
    CHECK(clean["within_ms"]["agent_silent"] == 4000);
    CHECK(clean["within_ms"]["version1_silent"] == nullptr);
    CHECK(clean["within_ms"]["majority_lost"] == 2000);
    CHECK(clean["within_ms"]["lease_over"] == 3507);
    CHECK(clean["within_ms"]["promise_over"] == 5507);
    CHECK(clean["within_ms"]["voter_silent"] == 9014);
    CHECK(clean["within_ms"]["holder_lost"] == 4500 + 5507);
    CHECK(clean["quorum"] == nlohmann::json::parse(R"({"voters": ["db1", "db2", "db3", "db4", "monitor"], "needed": 3,
                                                       "may_be_away": 2})"));

    const auto fault = folder.write("fault.toml", example("ping_ips", "pign_ips"), 0644);
    const auto spoiled = nlohmann::json::parse(run({"--config", fault, "--json"}).output);
    CHECK(spoiled["ok"] == false);
    CHECK(spoiled["faults"] == 1);
    CHECK(spoiled["doubts"] == 0);
    const auto& finding = spoiled["findings"].at(0);
    CHECK(finding["severity"] == "fault");
    CHECK(finding["file"] == fault);
    CHECK(finding["line"] == 11);
    CHECK(finding["column"] == 1);
    CHECK(finding["remedy"] == "did you mean \"ping_ips\"?");

    const auto none = nlohmann::json::parse(run({"--config", folder.path() + "/none", "--json"}).output);
    CHECK(none["ok"] == false);
    CHECK(none["error"].get<std::string>().find("No such file") != std::string::npos);
    CHECK(nlohmann::json::parse(run({"--keys", "--json"}).output).size() > 50);
}

TEST_CASE("--print gives the configuration in force without passwords") {
    Folder folder;
    const auto path = folder.write(
        "mmm.toml", example("agent_password_file = \"agent.password\"", "agent_password = \"s3cret\""), 0600);
    const auto printed = run({"--config", path, "--print"});
    CHECK(printed.status == 0);
    CHECK(printed.output.find("agent_password = \"***\"\n") != std::string::npos);
    CHECK(printed.output.find("s3cret") == std::string::npos);
    CHECK(run({"--config", folder.write("printed.toml", printed.output, 0600)}).status == 0);
}
