#include "net/host/daemon.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <string>

#include "net/host/boot_clock.hpp"
#include "net/host/syslog.hpp"
#include "tests/net/host/folder.hpp"

using namespace mmm;
using namespace mmm::net;
using test::Folder;

namespace {

constexpr Duration kDeadline{10'000};

std::string words_of(const std::string& path) {
    std::ifstream in(path);
    std::string word, all;
    while (in >> word) all += (all.empty() ? "" : " ") + word;
    return all;
}

std::string link_of(const std::string& path) {
    std::array<char, 4096> target{};
    const auto length = ::readlink(path.c_str(), target.data(), target.size());
    return length < 0 ? "" : std::string(target.data(), static_cast<std::size_t>(length));
}

std::string fd_path(int descriptor) {
    return "/proc/self/fd/" + std::to_string(descriptor);
}

}  // namespace

TEST_CASE(
    "a process in the background is in a session, folder and mask of its own, with no descriptor of its starter") {
    const Folder folder;
    const std::string path = folder.path("seen");
    const FileDescriptor inherited(::open("/dev/null", O_RDONLY));  // not close-on-exec, as a shell might leave it
    auto forked = fork_daemon(kDeadline);
    if (forked.child) {
        {
            std::ofstream seen(path);
            seen << (::getsid(0) == ::getpid()) << ' ' << link_of("/proc/self/cwd") << ' ' << ::umask(0) << ' '
                 << (link_of(fd_path(inherited.get())) != "/dev/null") << '\n';  // the number may be in use again
        }
        forked.child->ready();
        std::ofstream(path, std::ios::app)
            << link_of("/proc/self/fd/0") << link_of("/proc/self/fd/1") << link_of("/proc/self/fd/2") << '\n';
        ::_exit(0);
    }
    REQUIRE(forked.start);
    const Time end = boot_now() + kDeadline;
    const std::string wanted = "1 / 23 1 /dev/null/dev/null/dev/null";
    while (words_of(path) != wanted && boot_now() < end) ::usleep(1000);
    CHECK(words_of(path) == wanted);
}

TEST_CASE("the starter is told why the process in the background could not start") {
    auto failing = fork_daemon(kDeadline);
    if (failing.child) {
        failing.child->failed("port 9988 is in use");
        ::_exit(1);
    }
    REQUIRE_FALSE(failing.start);
    CHECK(failing.start.error().message == "port 9988 is in use");

    auto dying = fork_daemon(kDeadline);
    if (dying.child) {
        std::signal(SIGTERM, SIG_DFL);
        ::raise(SIGTERM);
    }
    REQUIRE_FALSE(dying.start);
    CHECK(dying.start.error().message == "the process in the background was ended by signal 15 before it was ready");

    auto hanging = fork_daemon(Duration(50));
    if (hanging.child) {
        ::sleep(60);
        ::_exit(0);
    }
    REQUIRE_FALSE(hanging.start);
    CHECK(hanging.start.error().message == "it was not ready within 50 ms");
}

TEST_CASE("without a starter nobody is told") {
    Starter nobody;
    CHECK_FALSE(nobody.waits());
    nobody.ready();
    nobody.failed("x");
    CHECK(link_of("/proc/self/fd/0") != "");
}
