#include "net/host/process.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>

#include "net/host/boot_clock.hpp"
#include "net/host/port_owner.hpp"
#include "net/host/service_manager.hpp"
#include "tests/net/host/folder.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

Result<ProcessResult> run_and_wait(const ProcessRequest& request) {
    asio::io_context loop;
    std::optional<Result<ProcessResult>> answer;
    run_process(loop, request, [&](Result<ProcessResult> result) { answer = std::move(result); });
    CHECK_FALSE(answer);
    REQUIRE(run_until(loop, request.deadline + Duration(1000), [&] { return answer.has_value(); }));
    return *answer;
}

ProcessResult shell(const std::string& script, Duration deadline = Duration(5000)) {
    const auto result = run_and_wait({{"/bin/sh", "-c", script}, {"MMM_HOST=db1"}, deadline});
    REQUIRE(result);
    return *result;
}

}  // namespace

TEST_CASE("a program's end and output are reported") {
    struct {
        const char* script;
        const char* end;
        const char* output;
    } const cases[] = {
        {"echo out; echo err >&2", "exit status 0", "out\nerr\n"},
        {"exit 3", "exit status 3", ""},
        {"kill -TERM $$", "killed by signal 15 (Terminated)", ""},
        {"cat", "exit status 0", ""},  // nothing on its standard input
        {"/usr/bin/env | sort | grep -v ^_ | grep -v ^PWD", "exit status 0",
         "LANG=C\nMMM_HOST=db1\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"},
        {"echo begun; sleep 20 &", "exit status 0", "begun\n"},  // a child that keeps the output open
    };
    for (const auto& each : cases) {
        CAPTURE(each.script);
        const auto result = shell(each.script, Duration(2000));
        CHECK(result.text() == each.end);
        CHECK(result.output == each.output);
        CHECK(result.succeeded() == (result.text() == "exit status 0"));
    }
}

TEST_CASE("a program has none of our descriptors open") {
    const FileDescriptor ours(::dup(0));
    REQUIRE(ours);
    CHECK(shell("for fd in /proc/self/fd/*; do echo ${fd##*/}; done | grep -c '[0-9]'").text() == "exit status 0");
    const auto listed = shell("test -e /proc/self/fd/" + std::to_string(ours.get()));
    CHECK(listed.text() == "exit status 1");
}

TEST_CASE("a program runs in the root folder, leads a session, and has our terminal no more") {
    CHECK(shell("pwd").output == "/\n");
    // Process id, process group and session of the shell; the number of its terminal is 0.
    CHECK(shell("read pid rest < /proc/self/stat; set -- $(sed 's/.*) //' /proc/$$/stat); "
                "[ $$ = $3 ] && [ $$ = $4 ] && echo leads $5")
              .output == "leads 0\n");
}

TEST_CASE("a program that isn't finished at its deadline is killed with its children") {
    const Time start = boot_now();
    const Folder folder;
    const auto result =
        shell("sh -c 'sleep 0.6; echo late > " + folder.path("late") + "' & echo begun; sleep 20", Duration(200));
    CHECK(result.text() == "not finished in time, killed");
    CHECK(result.output == "begun\n");
    CHECK(boot_now() - start < Duration(500));
    ::usleep(700'000);
    CHECK(folder.entries().empty());
}

TEST_CASE("of a long output the first 4 KiB are kept, and the program isn't held up") {
    const auto result = shell("head -c 1000000 /dev/zero | tr '\\0' x");
    CHECK(result.text() == "exit status 0");
    CHECK(result.output == std::string(4096, 'x'));
}

TEST_CASE("a program that can't be started is an error with the reason") {
    CHECK(run_and_wait({{"/no/such/program"}, {}, Duration(1000)}).error().message ==
          "cannot run /no/such/program: No such file or directory");
    CHECK(run_and_wait({{"kill_host"}, {}, Duration(1000)}).error().code == Code::invalid);
    CHECK(run_and_wait({{}, {}, Duration(1000)}).error().code == Code::invalid);
    CHECK(run_and_wait({{"/etc/passwd"}, {}, Duration(1000)}).error().code == Code::permission);
}

TEST_CASE("the owner of a listening port is found") {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(socket.get(), 1) == 0);
    REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&where), &size) == 0);
    const std::uint16_t port = ntohs(where.sin_port);
    const std::string us = "pid " + std::to_string(::getpid()) + " (";
    for (const std::string ip : {"127.0.0.1", "0.0.0.0"}) {
        const auto owner = port_owner(address(ip), port);
        INFO((owner ? *owner : owner.error().message));
        REQUIRE(owner);
        CHECK(owner->substr(0, us.size()) == us);
    }
    CHECK(port_owner(address("192.0.2.1"), port).error().code == Code::not_found);
}

TEST_CASE("the service manager hears what we say, on a path and on an abstract socket") {
    const Folder folder;
    for (const std::string& name : {folder.path("notify"), "@mmm-test-" + std::to_string(::getpid())}) {
        CAPTURE(name);
        const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        std::memcpy(where.sun_path, name.data(), name.size());
        if (name[0] == '@') where.sun_path[0] = '\0';
        REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where),
                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        ::setenv("WATCHDOG_USEC", "3000000", 1);
        const auto manager = ServiceManager::from_environment();
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        CHECK(manager.watchdog_interval() == Duration(1500));
        manager.ready();
        manager.status("db1 is\nWRITER=1");
        manager.watchdog();
        manager.stopping();
        for (const std::string expected : {"READY=1", "STATUS=db1 is WRITER=1", "WATCHDOG=1", "STOPPING=1"}) {
            std::string message(256, '\0');
            const auto got = ::recv(socket.get(), message.data(), message.size(), 0);
            REQUIRE(got > 0);
            CHECK(message.substr(0, static_cast<std::size_t>(got)) == expected);
        }
        for (int i = 0; i < 1000; ++i) manager.watchdog();  // nobody reads: no blocking
    }
    ::setenv("WATCHDOG_USEC", "3000000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
    const auto silent = ServiceManager::from_environment();
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
    CHECK_FALSE(silent.watchdog_interval());
    silent.ready();
}

TEST_CASE("a credential is read by its name, and only from the folder that was passed") {
    const Folder folder;
    std::ofstream(folder.path("monitor_password")) << "s3cret\n";
    ::chmod(folder.path("monitor_password").c_str(), 0400);
    std::ofstream(folder.path("open")) << "s3cret\n";
    ::chmod(folder.path("open").c_str(), 0444);
    CHECK(read_credential("monitor_password").error().code == Code::not_found);
    ::setenv("CREDENTIALS_DIRECTORY", folder.path("").c_str(), 1);
    CHECK(read_credential("monitor_password") == std::string("s3cret"));
    CHECK(read_credential("agent_password").error().message ==
          "the service manager passed no credential 'agent_password'; add "
          "'LoadCredential=agent_password:/etc/mmm/agent_password' to [Service] of the unit");
    CHECK(read_credential("../passwd").error().code == Code::invalid);
    CHECK(read_credential("open").error().code == Code::permission);
    ::unsetenv("CREDENTIALS_DIRECTORY");
}
