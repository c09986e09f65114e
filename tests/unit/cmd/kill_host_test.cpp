#include "cmd/kill_host.hpp"

#include <asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "net/host/boot_clock.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using namespace std::chrono_literals;

namespace {

/// Runs the program `script` as kill_host_bin and waits for what comes of it.
monitor::KillDone run(const std::string& script, const HostName& host, bool ping, Duration limit = 5s) {
    test::Folder folder;
    config::Monitor settings;
    settings.kill_host_bin = folder.write("kill_host", "#!/bin/sh\n" + script + "\n", 0700);
    settings.kill_host_timeout = limit;
    asio::io_context loop;
    std::vector<monitor::KillDone> ended;
    kill_host(loop, settings, host, ping, [&](monitor::KillDone done) { ended.push_back(std::move(done)); });
    loop.run();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].host == host);
    return ended[0];
}

}  // namespace

TEST_CASE("the kill command is called with the host and 1 or 0, as they are: there is no shell") {
    CHECK(run("echo \"$# $1 $2\"", "db1", true).output == "exit status 0: 2 db1 1\n");
    CHECK(run("echo \"$# $1 $2\"", "db1", false).output == "exit status 0: 2 db1 0\n");
    CHECK(run("echo \"$1\"", "$(reboot) `id`; * |", false).output == "exit status 0: $(reboot) `id`; * |\n");
}

TEST_CASE("only a kill command that reports success has killed; what it says is kept in any case") {
    CHECK(run("exit 0", "db1", true).killed);
    const auto refused = run("echo no power switch >&2; exit 7", "db1", true);
    CHECK_FALSE(refused.killed);
    CHECK(refused.output == "exit status 7: no power switch\n");
    CHECK_FALSE(run("kill -9 $$", "db1", true).killed);
}

TEST_CASE("a kill command that isn't done within kill_host_timeout has failed") {
    const Time start = net::boot_now();
    const auto late = run("echo begun; sleep 20", "db1", true, 200ms);
    CHECK_FALSE(late.killed);
    CHECK(late.output == "not finished in time, killed: begun\n");
    CHECK(net::boot_now() - start < 5s);
}

TEST_CASE("a kill command that can't be run has failed, and says why") {
    config::Monitor settings;
    settings.kill_host_bin = "/no/such/program";
    asio::io_context loop;
    std::optional<monitor::KillDone> ended;
    kill_host(loop, settings, "db1", true, [&](monitor::KillDone done) { ended = std::move(done); });
    loop.run();
    REQUIRE(ended);
    CHECK_FALSE(ended->killed);
    CHECK(ended->output == "cannot run /no/such/program: No such file or directory");
}
