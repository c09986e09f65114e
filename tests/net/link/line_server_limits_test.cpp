#include <malloc.h>
#include <sys/resource.h>

#include <fcntl.h>

#include <ctime>
#include <list>

#include "tests/net/link/server_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

constexpr const char* kStranger = "127.0.0.2";
constexpr const char* kHost = "127.0.0.3";

LineServerOptions trusting() {
    LineServerOptions options = on_loopback();
    options.trusted = {Address::v4({127, 0, 0, 3})};
    return options;
}

std::size_t heap_in_use() {
    return mallinfo2().uordblks;
}

/// Has the client's command been answered by the fixture's echo?
bool answered(RawClient& client) {
    return client.received() == "echo\n";
}

void echo(ServerFixture& f) {
    f.answer = [&f](ConnectionId id, const std::string& line) { f.server.send(id, line); };
}

}  // namespace

TEST_CASE("a thousand idle connections keep no host out, and memory stays bounded", "[line_server]") {
    LineServerOptions options = trusting();
    options.max_per_address = 1000;  // so that the total is what counts
    ServerFixture f(options);
    echo(f);
    const std::size_t before = heap_in_use();
    std::list<RawClient> idle;
    for (int i = 0; i < 1000; ++i) {
        idle.emplace_back(f.server.port(), kStranger);
        idle.back().write("half a li");
        REQUIRE(f.until([&] { return f.opened.size() == static_cast<std::size_t>(i) + 1; }));
    }
    REQUIRE(f.until([&] { return f.server.connections() <= options.max_strangers; }));
    CHECK(f.server.connections() == options.max_strangers);
    CHECK(heap_in_use() - before < 8 * 1024 * 1024);

    RawClient host(f.server.port(), kHost);
    host.write("echo\n");
    CHECK(f.until([&] { return answered(host); }));

    // Strangers get in as well: the oldest idle one makes room.
    RawClient newcomer(f.server.port(), kStranger);
    newcomer.write("echo\n");
    CHECK(f.until([&] { return answered(newcomer); }));
    CHECK(idle.front().closed());
    CHECK_FALSE(idle.back().closed());

    // One notice, whatever the number.
    REQUIRE(f.limits.size() == 1);
    CHECK_THAT(f.limits[0], Catch::Contains("limit of 256 connections"));
}

TEST_CASE("strangers that talk keep their places; the next one is told to try later", "[line_server]") {
    LineServerOptions options = trusting();
    options.max_strangers = 3;
    ServerFixture f(options);
    echo(f);
    std::list<RawClient> talking;
    for (int i = 0; i < 3; ++i) {
        talking.emplace_back(f.server.port(), kStranger);
        talking.back().write("echo\n");
        REQUIRE(f.until([&] { return answered(talking.back()); }));
    }
    RawClient fourth(f.server.port(), kStranger);
    REQUIRE(f.until([&] { return fourth.closed(); }));
    CHECK(fourth.received() == "ERROR: too many connections, try again later\n");
    for (RawClient& client : talking) CHECK_FALSE(client.closed());
    RawClient host(f.server.port(), kHost);
    host.write("echo\n");
    CHECK(f.until([&] { return answered(host); }));
}

TEST_CASE("one address can't take all places", "[line_server]") {
    LineServerOptions options = trusting();
    options.max_per_address = 4;
    ServerFixture f(options);
    echo(f);
    std::list<RawClient> greedy;
    for (std::size_t i = 1; i <= 20; ++i) {
        greedy.emplace_back(f.server.port(), kStranger);
        REQUIRE(f.until([&] { return f.opened.size() == i; }));
    }
    REQUIRE(f.until([&] { return f.server.connections() == 4; }));
    RawClient other(f.server.port(), "127.0.0.4");
    REQUIRE(f.until([&] { return f.server.connections() == 5; }));
}

TEST_CASE("a host that uses up its own places still gets a new connection, and keeps the greeted one",
          "[line_server]") {
    LineServerOptions options = trusting();
    options.max_per_address = 4;
    ServerFixture f(options);
    f.answer = [&](ConnectionId id, const std::string& line) {
        if (line == "HELLO") f.server.mark_greeted(id);
        f.server.send(id, line);
    };
    RawClient link(f.server.port(), kHost);
    link.write("HELLO\n");
    REQUIRE(f.until([&] { return link.received() == "HELLO\n"; }));
    std::list<RawClient> others;
    for (std::size_t i = 2; i <= 20; ++i) {
        others.emplace_back(f.server.port(), kHost);
        others.back().write("echo\n");
        REQUIRE(f.until([&] { return answered(others.back()); }));
    }
    CHECK(f.server.connections() <= 4);
    link.write("echo\n");
    CHECK(f.until([&] { return link.received() == "HELLO\necho\n"; }));
}

TEST_CASE("half lines and idle clients time out, greeted peers don't", "[line_server]") {
    LineServerOptions options = on_loopback();
    options.first_line_timeout = 60ms;
    options.idle_timeout = 120ms;
    ServerFixture f(options);
    f.answer = [&](ConnectionId id, const std::string& line) {
        if (line == "HELLO") f.server.mark_greeted(id);
    };
    RawClient silent(f.server.port());
    RawClient half(f.server.port());
    half.write("sho");
    RawClient idle(f.server.port());
    idle.write("show\n");
    RawClient greeted(f.server.port());
    greeted.write("HELLO\n");
    REQUIRE(f.until([&] { return f.lines.size() == 2; }));
    REQUIRE(f.until([&] { return silent.closed() && half.closed(); }));
    CHECK_FALSE(idle.closed());
    REQUIRE(f.until([&] { return idle.closed(); }));
    run_for(f.loop, 200ms);
    CHECK_FALSE(greeted.closed());
    REQUIRE(f.closed.size() == 3);
    for (const auto& [id, reason] : f.closed) CHECK(reason.code == Code::timeout);
    CHECK(f.limits.size() == 1);
}

TEST_CASE("a drip of bytes doesn't put off the time-out", "[line_server]") {
    LineServerOptions options = on_loopback();
    options.first_line_timeout = 80ms;
    ServerFixture f(options);
    RawClient client(f.server.port());
    REQUIRE(f.until([&] {
        client.write("x");
        return client.closed();
    }));
    CHECK(f.lines.empty());
}

TEST_CASE("a client that never reads is closed when too much waits for it", "[line_server]") {
    LineServerOptions options = on_loopback();
    options.max_queued = 100000;
    ServerFixture f(options);
    RawClient client(f.server.port());
    client.small_receive_buffer();
    client.write("watch\n");
    REQUIRE(f.until([&] { return f.lines.size() == 1; }));
    std::size_t sent = 0;
    REQUIRE(f.until([&] {
        f.server.send(1, std::string(10000, 'x'));
        sent += 10000;
        return f.closed.size() == 1;
    }));
    CHECK(f.closed.at(1).code == Code::busy);
    CHECK_THAT(f.closed.at(1).message, Catch::Contains("doesn't read: more than 100000 bytes are waiting"));
    CHECK(f.limits.size() == 1);
    CHECK(sent < 8 * 1024 * 1024);
}

TEST_CASE("a flood of commands waits for its answers to be read and delays nobody else", "[line_server]") {
    ServerFixture f;
    f.answer = [&](ConnectionId id, const std::string& line) {
        f.server.send_raw(id, line == "show" ? std::string(20000, 's') : line);
    };
    RawClient flood(f.server.port());
    std::string commands;
    for (int i = 0; i < 5000; ++i) commands += "show\n";
    flood.write(commands);
    run_for(f.loop, 50ms);
    // The rest is read when the client takes its answers; without that the queue would be closed at 1 MiB.
    CHECK(f.lines.size() < 1000);
    CHECK(f.closed.empty());
    RawClient other(f.server.port());
    other.write("mode\n");
    CHECK(f.until([&] { return other.received() == "mode"; }));
    REQUIRE(f.until([&] { return flood.received().size() == std::size_t{5000} * 20000; }));
}

TEST_CASE("running out of descriptors neither spins nor ends the server", "[line_server]") {
    ServerFixture f;
    echo(f);
    RawClient first(f.server.port());
    RawClient second(f.server.port());
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    const FileDescriptor probe(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(probe.get());  // no number below it is free
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    const std::clock_t cpu = std::clock();
    const bool noticed = f.until([&] { return !f.limits.empty(); });
    run_for(f.loop, 150ms);
    const double cpu_used = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(noticed);
    CHECK_THAT(f.limits.at(0), Catch::Contains("Too many open files"));
    CHECK(cpu_used < 0.1);
    first.write("echo\n");
    second.write("echo\n");
    CHECK(f.until([&] { return answered(first) && answered(second); }));
}
