#include "net/link/line_server.hpp"

#include <optional>

#include "net/link/line_client.hpp"
#include "tests/net/link/server_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

TEST_CASE("lines come in order with their connection, and answers go back", "[line_server]") {
    ServerFixture f;
    f.answer = [&](ConnectionId id, const std::string& line) { f.server.send(id, "heard " + line); };
    RawClient client(f.server.port());
    client.write("one\ntwo\r\nthr");
    REQUIRE(f.until([&] { return client.received() == "heard one\nheard two\n"; }));
    client.write("ee\n");
    REQUIRE(f.until([&] { return f.lines.size() == 3; }));
    CHECK(f.lines == std::vector<std::string>{"one", "two", "three"});
    REQUIRE(f.opened.size() == 1);
    CHECK(f.opened.begin()->second == loopback());
    CHECK(f.closed.empty());
}

TEST_CASE("raw bytes go out without a line end, and a close sends them first", "[line_server]") {
    ServerFixture f;
    f.answer = [&](ConnectionId id, const std::string& line) {
        if (line == "quit") {
            f.server.close(id, "quit");
        } else {
            f.server.send_raw(id, "ACTIVE");
        }
    };
    RawClient client(f.server.port());
    client.write("mode\nmode\nquit\nmode\nmode\n");
    REQUIRE(f.until([&] { return client.closed(); }));
    CHECK(client.received() == "ACTIVEACTIVE");
    CHECK_FALSE(client.reset());
    CHECK(f.lines.size() == 3);
}

TEST_CASE("a client that closes its sending half still gets its answer", "[line_server]") {
    ServerFixture f;
    const std::string answer(300000, 'x');
    f.answer = [&](ConnectionId id, const std::string&) { f.server.send_raw(id, answer); };
    RawClient client(f.server.port());
    client.write("checks\n");
    client.shut_writing();
    REQUIRE(f.until([&] { return client.closed(); }));
    CHECK(client.received() == answer);
    REQUIRE(f.until([&] { return f.closed.size() == 1; }));
    CHECK(f.closed.begin()->second.code == Code::unreachable);
}

TEST_CASE("a lost peer is told once, with the reason", "[line_server]") {
    ServerFixture f;
    {
        RawClient client(f.server.port());
        client.write("hello\n");
        REQUIRE(f.until([&] { return f.lines.size() == 1; }));
    }
    REQUIRE(f.until([&] { return f.closed.size() == 1; }));
    CHECK(f.closed.begin()->second.message == "connection: closed by the other side");
    CHECK(f.server.connections() == 0);
}

TEST_CASE("close_now resets and delivers nothing more", "[line_server]") {
    ServerFixture f;
    f.answer = [&](ConnectionId id, const std::string&) {
        f.server.send(id, "never sent");
        f.server.close_now(id, "stale");
    };
    RawClient client(f.server.port());
    client.write("one\ntwo\n");
    REQUIRE(f.until([&] { return client.closed(); }));
    CHECK(client.reset());
    run_for(f.loop, 20ms);
    CHECK(f.lines.size() == 1);
    CHECK(f.closed.at(1) == Error{Code::cancelled, "stale", 0});
}

TEST_CASE("what isn't a line gets one answer and is closed", "[line_server]") {
    struct Case {
        std::string bytes;
        std::string answer;
    };
    const std::vector<Case> cases{
        {std::string("a\0b\n", 4), "ERROR: a NUL byte at byte 2\n"},
        {"\xff\xff\n", "ERROR: not UTF-8 text at byte 1\n"},
        {"\x16\x03\x01\n",
         "ERROR: the other side speaks TLS; this one has neither key nor certificates (see [security] in its "
         "configuration)\n"},
        {"\x01\n", "ERROR: a control character at byte 1\n"},
        {std::string(5000, 'x'), "ERROR: line longer than 4096 bytes\n"},
        {std::string(200000, 'x') + "\nshow\n", "ERROR: line longer than 4096 bytes\n"},
    };
    for (const Case& c : cases) {
        ServerFixture f;
        {
            RawClient client(f.server.port());
            client.write(c.bytes);
            REQUIRE(f.until([&] { return client.closed(); }));
            CHECK(client.received() == c.answer);
            CHECK_FALSE(client.reset());
        }
        CHECK(f.lines.empty());
        REQUIRE(f.limits.size() == 1);
        CHECK_THAT(f.limits[0], Catch::StartsWith("closed a connection from 127.0.0.1: "));
        CHECK(f.until([&] { return f.closed.size() == 1; }));
    }
}

TEST_CASE("a greeted peer may send lines of 64 KiB", "[line_server]") {
    ServerFixture f;
    f.answer = [&](ConnectionId id, const std::string&) { f.server.mark_greeted(id); };
    RawClient client(f.server.port());
    client.write("HELLO\n");
    REQUIRE(f.until([&] { return f.lines.size() == 1; }));
    client.write(std::string(65535, 'x') + "\n");
    REQUIRE(f.until([&] { return f.lines.size() == 2; }));
    CHECK(f.lines[1].size() == 65535);
}

TEST_CASE("a second server on the port is refused as busy", "[line_server]") {
    ServerFixture f;
    LineServerOptions options = on_loopback();
    options.port = f.server.port();
    LineServer second(f.loop, options, {});
    const auto result = second.listen();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::busy);
    CHECK(result.error().message ==
          "cannot listen on 127.0.0.1:" + std::to_string(options.port) + ": the port is in use");
}

TEST_CASE("listening on an address of another host is refused with that reason", "[line_server]") {
    asio::io_context loop;
    LineServerOptions options;
    options.ip = Address::v4({192, 0, 2, 1});
    options.port = 9988;
    LineServer server(loop, options, {});
    const auto result = server.listen();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::not_found);
    CHECK(result.error().message == "cannot listen on 192.0.2.1:9988: no interface of this host has that address");
}

TEST_CASE("a server can be destroyed from its own handler", "[line_server]") {
    asio::io_context loop;
    std::optional<LineServer> server;
    bool called = false;
    LineServerHandlers handlers;
    handlers.on_line = [&](ConnectionId, const std::string&) {
        called = true;
        server.reset();
    };
    handlers.on_close = [&](ConnectionId, const Error&) { FAIL("a destroyed server calls nobody"); };
    server.emplace(loop, on_loopback(), handlers);
    REQUIRE(server->listen());
    RawClient client(server->port());
    client.write("one\ntwo\n");
    REQUIRE(run_until(loop, [&] { return client.closed(); }));
    run_for(loop, 20ms);
    CHECK(called);
}

TEST_CASE("lines travel by IPv6 as well, where the system has it", "[line_server]") {
    LineServerOptions options;
    options.ip = Address::parse("::1").value();
    asio::io_context loop;
    std::vector<Address> peers;
    LineServerHandlers handlers;
    handlers.on_open = [&](ConnectionId, const Address& peer) { peers.push_back(peer); };
    LineServer server(loop, options, handlers);
    if (const auto listening = server.listen(); !listening) {
        WARN("skipped: " << listening.error().message);
        return;
    }
    LineClientOptions to;
    to.ip = options.ip;
    to.port = server.port();
    LineClient client(loop, to, {});
    client.start();
    REQUIRE(run_until(loop, [&] { return client.connected() && !peers.empty(); }));
    CHECK(peers[0] == options.ip);
}
