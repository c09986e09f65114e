#include "net/link/line_client.hpp"

#include <cerrno>
#include <optional>

#include "tests/net/link/server_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

struct ClientFixture {
    ClientFixture(asio::io_context& loop, LineClientOptions options) : client(loop, options, handlers()) {
        client.start();
    }
    static LineClientOptions to(std::uint16_t port) {
        LineClientOptions options;
        options.ip = loopback();
        options.port = port;
        options.first_retry = 10ms;
        options.last_retry = 40ms;
        return options;
    }
    LineClientHandlers handlers() {
        LineClientHandlers result;
        result.on_open = [this] {
            ++opened;
            client.send("HELLO");
        };
        result.on_line = [this](std::string line) {
            lines.push_back(line);
            if (on_line) on_line();
        };
        result.on_close = [this](const Error& reason) { closed.push_back(reason); };
        return result;
    }

    int opened = 0;
    std::function<void()> on_line;
    std::vector<std::string> lines;
    std::vector<Error> closed;
    LineClient client;
};

}  // namespace

TEST_CASE("a client speaks first and hears the answer", "[line_client]") {
    ServerFixture s;
    s.answer = [&](ConnectionId id, const std::string&) { s.server.send(id, "WELCOME"); };
    ClientFixture c(s.loop, ClientFixture::to(s.server.port()));
    CHECK_FALSE(c.client.connected());
    REQUIRE(s.until([&] { return c.lines.size() == 1; }));
    CHECK(c.client.connected());
    CHECK(s.lines == std::vector<std::string>{"HELLO"});
    CHECK(c.lines == std::vector<std::string>{"WELCOME"});
}

TEST_CASE("the client comes from the address it was told", "[line_client]") {
    ServerFixture s;
    LineClientOptions options = ClientFixture::to(s.server.port());
    options.source = Address::v4({127, 0, 0, 7});
    ClientFixture c(s.loop, options);
    REQUIRE(s.until([&] { return s.opened.size() == 1; }));
    CHECK(s.opened.at(1) == *options.source);
}

TEST_CASE("a client connects again after its server was restarted", "[line_client]") {
    asio::io_context loop;
    LineServerOptions options = on_loopback();
    std::optional<LineServer> server(std::in_place, loop, options, LineServerHandlers{});
    REQUIRE(server->listen());
    options.port = server->port();
    ClientFixture c(loop, ClientFixture::to(options.port));
    REQUIRE(run_until(loop, [&] { return c.opened == 1; }));

    server.reset();
    REQUIRE(run_until(loop, [&] { return c.closed.size() >= 3; }));
    CHECK(c.closed[0].code == Code::unreachable);
    CHECK(c.closed[1].detail == ECONNREFUSED);
    CHECK(c.closed[1].message ==
          "cannot connect to 127.0.0.1:" + std::to_string(options.port) + ": Connection refused");
    CHECK_FALSE(c.client.connected());

    server.emplace(loop, options, LineServerHandlers{});
    REQUIRE(server->listen());
    CHECK(run_until(loop, [&] { return c.opened == 2; }));
}

TEST_CASE("attempts to connect become rarer up to the limit", "[line_client]") {
    asio::io_context loop;
    std::uint16_t port = 0;
    {
        LineServer server(loop, on_loopback(), {});
        REQUIRE(server.listen());
        port = server.port();
    }
    LineClientOptions options = ClientFixture::to(port);
    options.first_retry = 20ms;
    options.last_retry = 160ms;
    ClientFixture c(loop, options);
    run_for(loop, 700ms);
    // At 0, 20, 60, 140, 300, 460, 620 ms.
    CHECK(c.closed.size() >= 4);
    CHECK(c.closed.size() <= 7);
}

TEST_CASE("a silent server is left", "[line_client]") {
    ServerFixture s;
    LineClientOptions options = ClientFixture::to(s.server.port());
    options.silence = 60ms;
    ClientFixture c(s.loop, options);
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(s.until([&] { return !c.closed.empty(); }));
    CHECK(std::chrono::steady_clock::now() - start >= 60ms);
    CHECK(c.closed[0].code == Code::timeout);
    CHECK_THAT(c.closed[0].message, Catch::EndsWith("said nothing for 60 ms"));
    CHECK(s.until([&] { return c.opened == 2; }));
}

TEST_CASE("a server that says something in time isn't left", "[line_client]") {
    ServerFixture s;
    LineClientOptions options = ClientFixture::to(s.server.port());
    options.silence = 150ms;
    ClientFixture c(s.loop, options);
    REQUIRE(s.until([&] { return s.lines.size() == 1; }));
    for (int i = 0; i < 8; ++i) {
        s.server.send(1, "PONG");
        run_for(s.loop, 50ms);
    }
    CHECK(c.closed.empty());
}

TEST_CASE("connecting ends at its deadline", "[line_client]") {
    // A full accept queue: the kernel doesn't answer further connections.
    const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener.get(), 0) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    const RawClient first(ntohs(address.sin_port));
    const RawClient second(ntohs(address.sin_port));

    asio::io_context loop;
    LineClientOptions options = ClientFixture::to(ntohs(address.sin_port));
    options.connect_timeout = 50ms;
    ClientFixture c(loop, options);
    REQUIRE(run_until(loop, [&] { return !c.closed.empty(); }));
    CHECK(c.closed[0].code == Code::timeout);
    CHECK_THAT(c.closed[0].message, Catch::EndsWith("no answer within 50 ms"));
}

TEST_CASE("close_now throws away what is unread", "[line_client]") {
    ServerFixture s;
    s.answer = [&](ConnectionId id, const std::string&) {
        s.server.send(id, "one");
        s.server.send(id, "two");
    };
    LineClientOptions options = ClientFixture::to(s.server.port());
    options.first_retry = options.last_retry = 10s;
    ClientFixture c(s.loop, options);
    c.on_line = [&] { c.client.close_now("stale"); };
    REQUIRE(s.until([&] { return !c.closed.empty(); }));
    CHECK(c.lines == std::vector<std::string>{"one"});
    CHECK(c.closed[0] == Error{Code::cancelled, "stale", 0});
    REQUIRE(s.until([&] { return s.closed.size() == 1; }));
    CHECK(s.closed.at(1).detail == ECONNRESET);
}

TEST_CASE("garbage from the server ends the connection", "[line_client]") {
    ServerFixture s;
    s.answer = [&](ConnectionId id, const std::string&) { s.server.send_raw(id, "fine\n\x01\nmore\n"); };
    ClientFixture c(s.loop, ClientFixture::to(s.server.port()));
    REQUIRE(s.until([&] { return !c.closed.empty(); }));
    CHECK(c.lines == std::vector<std::string>{"fine"});
    CHECK(c.closed[0] == Error{Code::invalid, "a control character at byte 1", 0});
}

TEST_CASE("a client can be destroyed at any moment", "[line_client]") {
    ServerFixture s;
    for (const auto wait : {0ms, 1ms, 3ms, 10ms}) {
        LineClient client(s.loop, ClientFixture::to(s.server.port()), {});
        client.start();
        if (wait > 0ms) run_for(s.loop, wait);
    }
    CHECK(s.until([&] { return s.server.connections() == 0; }));
}
