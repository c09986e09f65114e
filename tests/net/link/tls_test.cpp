#include <cerrno>
#include <list>

#include "core/proto/frame.hpp"
#include "tests/net/link/tls_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

TEST_CASE("lines go both ways inside TLS", "[tls]") {
    Authority authority;
    ServerFixture s(with_tls(authority.context({"db1"})));
    s.answer = [&](ConnectionId id, const std::string& line) { s.server.send(id, "heard " + line); };
    TlsClient c(s.loop, s.server.port(), authority.context({"monitor"}));
    CHECK_FALSE(c.client.connected());
    REQUIRE(s.until([&] { return c.lines.size() == 1; }));
    CHECK(c.client.connected());
    CHECK(c.lines[0] == "heard HELLO");
    c.client.send("one");
    c.client.send("two");
    REQUIRE(s.until([&] { return c.lines.size() == 3; }));
    CHECK(s.lines == std::vector<std::string>{"HELLO", "one", "two"});
    CHECK(s.opened.at(1) == loopback());
    CHECK(s.limits.empty());
}

TEST_CASE("one context serves both directions", "[tls]") {
    Authority authority;
    const auto shared = authority.context({"db1"});
    ServerFixture s(with_tls(shared));
    TlsClient c(s.loop, s.server.port(), shared);
    CHECK(s.until([&] { return s.lines.size() == 1; }));
}

TEST_CASE("long lines and much text come through whole", "[tls]") {
    Authority authority;
    ServerFixture s(with_tls(authority.context({"db1"})));
    const std::string longest(proto::kMaxLine - 1, 'x');
    s.answer = [&](ConnectionId id, const std::string& line) {
        s.server.mark_greeted(id);
        for (int i = 0; i < 10; ++i) s.server.send(id, line == "HELLO" ? longest : line);
    };
    TlsClient c(s.loop, s.server.port(), authority.context({"monitor"}));
    REQUIRE(s.until([&] { return c.lines.size() == 10; }));
    for (const std::string& line : c.lines) CHECK(line == longest);
    c.client.send(longest);
    REQUIRE(s.until([&] { return c.lines.size() == 20; }));
    CHECK(s.lines.back() == longest);
    CHECK(c.lines.back() == longest);
}

TEST_CASE("a line that is too long is answered inside TLS and closed", "[tls]") {
    Authority authority;
    ServerFixture s(with_tls(authority.context({"db1"})));
    TlsClient c(s.loop, s.server.port(), authority.context({"monitor"}));
    REQUIRE(s.until([&] { return s.lines.size() == 1; }));
    c.client.send(std::string(5000, 'x'));
    REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
    CHECK(c.lines == std::vector<std::string>{"ERROR: line longer than 4096 bytes"});
}

TEST_CASE("a close sends what is queued first; the other side sees a regular end", "[tls]") {
    Authority authority;
    ServerFixture s(with_tls(authority.context({"db1"})));
    s.answer = [&](ConnectionId id, const std::string&) {
        for (int i = 0; i < 20; ++i) s.server.send(id, std::string(10000, 'x'));
        s.server.close(id, "quit");
    };
    TlsClient c(s.loop, s.server.port(), authority.context({"monitor"}));
    REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
    CHECK(c.lines.size() == 20);
    CHECK(*c.closed == Error{Code::unreachable, "connection: closed by the other side", 0});
    CHECK(s.closed.at(1) == Error{Code::cancelled, "quit", 0});
}

TEST_CASE("close_now resets and delivers nothing more, on either side", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    {
        ServerFixture s(with_tls(tls));
        s.answer = [&](ConnectionId id, const std::string&) {
            s.server.send(id, "never sent");
            s.server.close_now(id, "stale");
        };
        TlsClient c(s.loop, s.server.port(), tls);
        REQUIRE(s.until([&] { return c.closed.has_value(); }));
        CHECK(c.closed->detail == ECONNRESET);
        CHECK(s.closed.at(1) == Error{Code::cancelled, "stale", 0});
    }
    ServerFixture s(with_tls(tls));
    TlsClient c(s.loop, s.server.port(), tls);
    REQUIRE(s.until([&] { return s.lines.size() == 1; }));
    c.client.send("one");
    c.client.close_now("stale");
    REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
    CHECK(*c.closed == Error{Code::cancelled, "stale", 0});
    CHECK(s.closed.at(1).detail == ECONNRESET);
}

TEST_CASE("many connections at a time, each with its own lines", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    LineServerOptions options = with_tls(tls);
    options.max_per_address = 64;
    options.max_handshakes = 80;
    ServerFixture s(options);
    s.answer = [&](ConnectionId id, const std::string& line) { s.server.send(id, std::to_string(id) + line); };
    std::list<TlsClient> clients;
    for (int i = 0; i < 40; ++i) clients.emplace_back(s.loop, s.server.port(), tls);
    REQUIRE(s.until([&] { return s.lines.size() == 40; }));
    for (TlsClient& c : clients) {
        REQUIRE(s.until([&] { return c.lines.size() == 1; }));
        CHECK_THAT(c.lines[0], Catch::EndsWith("HELLO"));
    }
    clients.clear();
    CHECK(s.until([&] { return s.server.connections() == 0; }));
}

TEST_CASE("a client and a server can be destroyed at any moment of the handshake", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    for (const auto wait : {0ms, 1ms, 2ms, 4ms, 8ms}) {
        LineServerOptions options = with_tls(tls);
        ServerFixture s(options);
        {
            TlsClient c(s.loop, s.server.port(), tls);
            run_for(s.loop, wait);
        }
        CHECK(s.until([&] { return s.server.connections() == 0; }));
        std::optional<LineServer> server(std::in_place, s.loop, options, LineServerHandlers{});
        REQUIRE(server->listen());
        TlsClient c(s.loop, server->port(), tls);
        run_for(s.loop, wait);
        server.reset();
        CHECK(s.until([&] { return c.closed.has_value(); }));
    }
}
