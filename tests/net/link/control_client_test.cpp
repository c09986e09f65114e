#include "net/link/control_client.hpp"

#include <sys/eventfd.h>

#include <optional>
#include <thread>

#include "tests/net/link/tls_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

/// A server that answers like a monitor, in a thread of its own, since the client blocks.
struct MonitorThread {
    explicit MonitorThread(std::function<void(LineServer&, ConnectionId, const std::string&)> answer,
                           LineServerOptions options = on_loopback()) {
        LineServerHandlers handlers;
        handlers.on_line = [this, answer](ConnectionId id, const std::string& line) { answer(*server, id, line); };
        server.emplace(loop, std::move(options), handlers);
        REQUIRE(server->listen());
        endpoint = {"127.0.0.1", server->port()};
        thread = std::jthread([this] { loop.run(); });
    }
    ~MonitorThread() { loop.stop(); }

    asio::io_context loop;
    std::optional<LineServer> server;
    ControlEndpoint endpoint;
    std::jthread thread;
};

}  // namespace

TEST_CASE("a command is sent with quit, and all of the answer comes back", "[control_client]") {
    const std::string long_text(500000, 'x');
    MonitorThread monitor([&](LineServer& server, ConnectionId id, const std::string& line) {
        if (line == "quit") {
            server.close(id, "quit");
        } else {
            server.send_raw(id, line + ":" + long_text);
        }
    });
    const auto answer = ask_monitor(monitor.endpoint, "json checks all");
    REQUIRE(answer);
    CHECK(*answer == "json checks all:" + long_text);
}

TEST_CASE("asking ends with the reason and what was tried", "[control_client]") {
    std::uint16_t closed_port = 0;
    {
        asio::io_context loop;
        LineServer server(loop, on_loopback(), {});
        REQUIRE(server.listen());
        closed_port = server.port();
    }
    const auto refused = ask_monitor({"127.0.0.1", closed_port}, "show");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::unreachable);
    CHECK(refused.error().message ==
          "cannot connect to 127.0.0.1:" + std::to_string(closed_port) + ": Connection refused");

    ControlLimits limits;
    limits.answer_timeout = 50ms;
    MonitorThread silent([](LineServer&, ConnectionId, const std::string&) {});
    const auto late = ask_monitor(silent.endpoint, "show", limits);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Code::timeout);
    CHECK(late.error().message == "connected to " + silent.endpoint.text() + ", but no answer within 50 ms");

    limits.max_answer = 1000;
    MonitorThread talkative(
        [](LineServer& server, ConnectionId id, const std::string&) { server.send_raw(id, std::string(2000, 'x')); });
    CHECK(ask_monitor(talkative.endpoint, "show", limits).error().code == Code::invalid);
}

TEST_CASE("waiting ends when it is cancelled", "[control_client]") {
    MonitorThread silent([](LineServer&, ConnectionId, const std::string&) {});
    ControlLimits limits;
    const FileDescriptor cancel(::eventfd(0, EFD_CLOEXEC));
    limits.cancel_fd = cancel.get();
    std::jthread later([&] {
        std::this_thread::sleep_for(30ms);
        const std::uint64_t one = 1;
        CHECK(::write(cancel.get(), &one, sizeof one) == sizeof one);
    });
    const auto answer = ask_monitor(silent.endpoint, "show", limits);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Code::cancelled);
}

TEST_CASE("a monitor can be named by address or name, with or without port", "[control_client]") {
    struct Case {
        const char* text;
        const char* host;
        std::uint16_t port;
        const char* shown;
    };
    for (const Case& c :
         {Case{"192.168.10.135:9987", "192.168.10.135", 9987, "192.168.10.135:9987"},
          Case{"192.168.10.135", "192.168.10.135", 9988, "192.168.10.135:9988"}, Case{"db5:1", "db5", 1, "db5:1"},
          Case{"db5", "db5", 9988, "db5:9988"}, Case{"[2001:db8::5]:9987", "2001:db8::5", 9987, "[2001:db8::5]:9987"},
          Case{"[2001:db8::5]", "2001:db8::5", 9988, "[2001:db8::5]:9988"},
          Case{"2001:db8::5", "2001:db8::5", 9988, "[2001:db8::5]:9988"}}) {
        const auto endpoint = parse_control_endpoint(c.text, 9988);
        REQUIRE(endpoint);
        CHECK(*endpoint == ControlEndpoint{c.host, c.port});
        CHECK(endpoint->text() == c.shown);
    }
    for (const char* text : {"", ":9988", "db5:", "db5:0", "db5:65536", "db5:x", "db5:1:2", "[db5]:9988", "[::1",
                             "[::1]9988", "[]:9988", "192.168.10.135:-1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_control_endpoint(text, 9988));
    }
}

TEST_CASE("localhost is found by name", "[control_client]") {
    MonitorThread monitor([](LineServer& server, ConnectionId id, const std::string&) { server.close(id, "done"); });
    monitor.endpoint.host = "localhost";
    CHECK(ask_monitor(monitor.endpoint, "ping"));
}

TEST_CASE("a command and a long answer travel inside TLS", "[control_client]") {
    Authority authority;
    const std::string long_text(500000, 'x');
    MonitorThread monitor(
        [&](LineServer& server, ConnectionId id, const std::string& line) {
            if (line == "quit") {
                server.close(id, "quit");
            } else {
                server.send_raw(id, line + ":" + long_text);
            }
        },
        with_tls(authority.context({"monitor"})));
    const auto answer = ask_monitor(monitor.endpoint, "show", {}, authority.context({"db1"}));
    REQUIRE(answer);
    CHECK(*answer == "show:" + long_text);
}

TEST_CASE("asking by TLS ends with the reason", "[control_client]") {
    Authority authority;
    Authority foreign("Other CA");
    const auto tls = authority.context({"db1"});
    const auto answer = [](LineServer& server, ConnectionId id, const std::string& line) {
        line == "quit" ? server.close(id, "quit") : server.send_raw(id, "ACTIVE");
    };
    const auto why = [](const MonitorThread& monitor, const TlsPointer& with, const ControlLimits& limits = {}) {
        const auto result = ask_monitor(monitor.endpoint, "mode", limits, with);
        return result ? *result : result.error().message;
    };
    MonitorThread encrypted(answer, with_tls(authority.context({"monitor"})));
    MonitorThread plain(answer);
    const std::string at_encrypted = "connected to " + encrypted.endpoint.text() + ", but ";
    const std::string at_plain = "connected to " + plain.endpoint.text() + ", but ";
    CHECK(why(encrypted, tls) == "ACTIVE");
    CHECK(why(encrypted, nullptr) ==
          "ERROR: this port takes nothing but TLS, with the cluster's key or a certificate; see [security] or [socket] "
          "in its configuration\n");
    CHECK(why(plain, tls) == at_plain + "the other side speaks no TLS (has it neither key nor certificates?)");
    CHECK(why(encrypted, foreign.context({"db1"})) ==
          at_encrypted + "TLS: the certificate of 'monitor' isn't signed by our ca_file, but by 'C1 CA'");
    config::Socket stranger = foreign.issue({"stranger"});
    stranger.ca_file = authority.ca_file();
    CHECK(why(encrypted, *TlsContext::load(stranger)) ==
          at_encrypted + "TLS: the other side refuses our certificate: its ca_file hasn't signed it");

    const FileDescriptor mute(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(mute.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(mute.get(), 8) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(mute.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ControlLimits limits;
    limits.handshake_timeout = 50ms;
    const auto late = ask_monitor({"127.0.0.1", ntohs(address.sin_port)}, "mode", limits, tls);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Code::timeout);
    CHECK_THAT(late.error().message,
               Catch::EndsWith("but no end of the TLS handshake within 50 ms (has it neither key nor certificates?)"));
}

TEST_CASE("TLS complaints of an old monitor about plain text are understood", "[control_client]") {
    MonitorThread old([](LineServer& server, ConnectionId id, const std::string&) {
        server.send_raw(id, std::string("\x15\x03\x01\x00\x02\x02\x46", 7));
        server.close(id, "as OpenSSL does");
    });
    CHECK_THAT(ask_monitor(old.endpoint, "mode").error().message,
               Catch::EndsWith("but the other side speaks TLS; this one has neither key nor certificates (see "
                               "[security] in its configuration)"));
}
