#include "net/host/syslog.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <string>

#include "net/host/log.hpp"
#include "tests/net/host/folder.hpp"

using namespace mmm;
using namespace mmm::net;
using test::Folder;

namespace {

/// A system log at `path`.
FileDescriptor system_log(const std::string& path) {
    FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

/// The next line that arrived; empty: none.
std::string next(const FileDescriptor& log) {
    std::array<char, 8192> buffer{};
    const auto size = ::recv(log.get(), buffer.data(), buffer.size(), 0);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace

TEST_CASE("a line for the system log has facility, time, tag and process id") {
    CHECK(syslog_datagram("<6>writer moved from=db1\n", "Nov  3 12:43:16", "mmm_mond", 12) ==
          "<30>Nov  3 12:43:16 mmm_mond[12]: writer moved from=db1");
    CHECK(syslog_datagram("<3>x", "T", "t", 1) == "<27>T t[1]: x");
    CHECK(syslog_datagram("no priority", "T", "t", 1) == "<30>T t[1]: no priority");
}

TEST_CASE("lines reach the system log, also one that was restarted") {
    const Folder folder;
    const std::string path = folder.path("log");
    CHECK(Syslog::open("mmm_mond", path).error().code == Code::not_found);
    auto receiver = system_log(path);
    auto opened = Syslog::open("mmm_mond", path);
    REQUIRE(opened);
    LogOptions options;
    options.syslog = std::make_shared<Syslog>(std::move(*opened));
    Logger log(options);
    log.warning("first", {{"host", "db1"}});
    const std::string tail = " mmm_mond[" + std::to_string(::getpid()) + "]: ";
    const std::string first = next(receiver);
    CHECK(first.substr(0, 4) == "<28>");
    CHECK(first.find(tail + "first host=db1") == 4 + 15);  // "Nov  3 12:43:16"

    receiver.close();
    REQUIRE(::unlink(path.c_str()) == 0);
    log.info("lost");
    receiver = system_log(path);
    log.info("second");
    CHECK(next(receiver).find(tail + "log lines were lost") != std::string::npos);
    CHECK(next(receiver).find(tail + "second") != std::string::npos);
}

TEST_CASE("a system log that doesn't keep up loses lines and holds nobody up") {
    const Folder folder;
    const auto receiver = system_log(folder.path("log"));
    auto log = Syslog::open("mmm_mond", folder.path("log"));
    REQUIRE(log);
    int written = 0;
    while (written < 100'000 && log->write("<6>" + std::string(4000, 'x') + "\n")) ++written;
    CHECK(written > 0);
    CHECK(written < 100'000);
    CHECK(next(receiver).size() > 4000);
    CHECK(log->write("<6>again\n"));
}
