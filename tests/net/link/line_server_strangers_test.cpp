#include <list>

#include "tests/net/link/server_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

/// A monitor whose address isn't in the configuration.
constexpr const char* kMonitor = "127.0.0.77";

/// Answers all, and greets who says HELLO.
void greet(ServerFixture& f) {
    f.answer = [&f](ConnectionId id, const std::string& line) {
        if (line == "HELLO") f.server.mark_greeted(id);
        f.server.send(id, line);
    };
}

/// Connections that have each said a line, so that they keep their places.
void take_places(ServerFixture& f, std::list<RawClient>& clients, std::size_t count, const char* from) {
    for (std::size_t i = 0; i < count; ++i) {
        RawClient& client = clients.emplace_back(f.server.port(), from);
        client.write("show\n");
        REQUIRE(f.until([&] { return client.received() == "show\n"; }));
    }
}

}  // namespace

TEST_CASE("who was greeted keeps its place, and comes in again while strangers have all", "[line_server]") {
    LineServerOptions options = on_loopback();
    options.max_strangers = 8;
    options.max_per_address = 1;  // of eight addresses: nobody is greedier than the monitor would be
    ServerFixture f(options);
    greet(f);
    std::list<RawClient> links;
    links.emplace_back(f.server.port(), kMonitor).write("HELLO\n");
    REQUIRE(f.until([&] { return links.back().received() == "HELLO\n"; }));
    std::list<RawClient> talking;
    for (const char* from : {"127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14", "127.0.0.15", "127.0.0.16",
                             "127.0.0.17", "127.0.0.18"})
        take_places(f, talking, 1, from);
    RawClient ninth(f.server.port(), "127.0.0.19");
    REQUIRE(f.until([&] { return ninth.closed(); }));
    CHECK_FALSE(links.back().closed());

    links.clear();
    REQUIRE(f.until([&] { return f.closed.count(1) == 1; }));
    links.emplace_back(f.server.port(), kMonitor).write("HELLO\n");
    CHECK(f.until([&] { return links.back().received() == "HELLO\n"; }));
    for (RawClient& client : talking) CHECK_FALSE(client.closed());
}

TEST_CASE("an address that has many places makes room for one that has fewer", "[line_server]") {
    LineServerOptions options = on_loopback();
    options.max_strangers = 6;
    options.max_per_address = 4;
    ServerFixture f(options);
    greet(f);
    std::list<RawClient> four, two;
    take_places(f, two, 2, "127.0.0.12");
    take_places(f, four, 4, "127.0.0.14");
    RawClient newcomer(f.server.port(), "127.0.0.11");
    newcomer.write("show\n");
    CHECK(f.until([&] { return newcomer.received() == "show\n"; }));
    CHECK(f.until([&] { return four.front().closed(); }));
    CHECK_FALSE(four.back().closed());
    for (RawClient& client : two) CHECK_FALSE(client.closed());

    // With three places it doesn't get one back from those that have two and one.
    RawClient again(f.server.port(), "127.0.0.14");
    CHECK(f.until([&] { return again.closed(); }));
    CHECK(again.received() == "ERROR: too many connections, try again later\n");
    CHECK_FALSE(newcomer.closed());
}

TEST_CASE("strangers of one IPv6 network of 64 bits count as one address", "[line_server]") {
    const auto counted = [](const char* text) { return counted_as(Address::parse(text).value()).text(); };
    CHECK(counted("192.0.2.7") == "192.0.2.7");
    CHECK(counted("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
    CHECK(counted("2001:db8:1:2:ffff::") == "2001:db8:1:2::");
    CHECK(counted("2001:db8:1:3:3:4:5:6") == "2001:db8:1:3::");
}

TEST_CASE("a line that comes a byte at a time puts off no deadline, the first no more than later ones",
          "[line_server]") {
    LineServerOptions options = on_loopback();
    options.first_line_timeout = 60ms;
    options.idle_timeout = 100ms;
    ServerFixture f(options);
    greet(f);
    RawClient first(f.server.port());
    RawClient later(f.server.port());
    later.write("show\n");
    REQUIRE(f.until([&] { return later.received() == "show\n"; }));
    const auto began = std::chrono::steady_clock::now();
    REQUIRE(f.until([&] {
        first.write("x");
        later.write("x");
        return first.closed() && later.closed();
    }));
    CHECK(std::chrono::steady_clock::now() - began < 1s);
    CHECK(f.lines == std::vector<std::string>{"show"});
    for (const auto& [id, reason] : f.closed) CHECK(reason.code == Code::timeout);
}

TEST_CASE("who takes its answers a byte at a time is closed like who is idle, and little waits for it",
          "[line_server]") {
    LineServerOptions options = on_loopback();
    options.idle_timeout = 300ms;
    ServerFixture f(options);
    std::size_t answered = 0;
    f.answer = [&](ConnectionId id, const std::string&) {
        f.server.send_raw(id, std::string(20000, 's'));
        answered += 20000;
    };
    RawClient client(f.server.port());
    client.small_receive_buffer();
    std::string commands;
    for (int i = 0; i < 10000; ++i) commands += "show\n";
    client.write(commands);
    REQUIRE(f.until([&] {
        client.read_some(1);
        return f.closed.size() == 1;
    }));
    CHECK(f.closed.at(1).code == Code::timeout);
    // The kernel's buffers and ours.
    CHECK(answered < 512 * 1024);
}

TEST_CASE("who goes on after it was refused is read for a little while, then reset", "[line_server]") {
    ServerFixture f;
    RawClient client(f.server.port());
    client.write("GET \x01\n");
    REQUIRE(f.until([&] { return client.closed(); }));
    CHECK_THAT(client.received(), Catch::StartsWith("ERROR: "));
    const std::string garbage(10000, 'x');
    std::size_t sent = 0;
    const auto began = std::chrono::steady_clock::now();
    REQUIRE(f.until([&] {
        sent += client.write(garbage);
        return f.closed.size() == 1;
    }));
    CHECK(std::chrono::steady_clock::now() - began < 900ms);  // not by the deadline of a second
    CHECK(sent > 200'000);
}
