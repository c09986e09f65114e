#include "cmd/ctl_ask.hpp"

#include <asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <functional>
#include <optional>
#include <thread>

#include "net/link/line_server.hpp"

using namespace mmm;

namespace {

/// Answers each line but quit with what `answer` says, in a thread of its own.
struct FakeMonitor {
    explicit FakeMonitor(std::function<std::string(const std::string&)> answer) {
        net::LineServerOptions options;
        options.ip = Address::v4({127, 0, 0, 1});
        net::LineServerHandlers handlers;
        handlers.on_line = [this, answer](net::ConnectionId id, const std::string& line) {
            if (line == "quit") {
                server->close(id, "quit");
            } else {
                server->send_raw(id, answer(line));
            }
        };
        server.emplace(loop, options, handlers);
        REQUIRE(server->listen());
        place = {{"127.0.0.1", server->port()}, "--monitor"};
        thread = std::jthread([this] { loop.run(); });
    }
    ~FakeMonitor() { loop.stop(); }

    asio::io_context loop;
    std::optional<net::LineServer> server;
    MonitorPlace place;
    std::jthread thread;
};

}  // namespace

TEST_CASE("a monitor is asked in the structured form", "[ctl]") {
    FakeMonitor monitor([](const std::string& line) {
        return proto::render_json({proto::kExitRefused, "ERROR: heard " + line, "[1]"});
    });
    const auto reply = ask(monitor.place, {"move_role", "writer", "db2"});
    REQUIRE(reply);
    CHECK(*reply == proto::ControlReply{proto::kExitRefused, "ERROR: heard json move_role writer db2", "[1]"});
}

TEST_CASE("an older monitor is asked again in the classic form", "[ctl]") {
    FakeMonitor monitor([](const std::string& line) {
        if (line.starts_with("json")) return std::string("ERROR: Invalid command 'json'");
        return line == "mode" ? std::string("ACTIVE") : std::string("ERROR: Unknown host");
    });
    CHECK(ask(monitor.place, {"mode"}) == proto::ControlReply{proto::kExitDone, "ACTIVE", ""});
    CHECK(ask(monitor.place, {"set_online", "x"}) ==
          proto::ControlReply{proto::kExitRefused, "ERROR: Unknown host", ""});
}

TEST_CASE("something else on the port isn't taken for a monitor", "[ctl]") {
    FakeMonitor web([](const std::string&) { return std::string("HTTP/1.1 400 Bad Request\r\n"); });
    const auto reply = ask(web.place, {"show"});
    REQUIRE_FALSE(reply);
    CHECK_THAT(reply.error().message, Catch::Contains("isn't a monitor: it says 'HTTP/1.1 400 Bad Request"));
    FakeMonitor mute([](const std::string&) { return std::string(); });
    CHECK_THAT(ask(mute.place, {"show"}).error().message, Catch::Contains("closed without an answer"));
}

TEST_CASE("without a monitor the message says what was tried and how to start one", "[ctl]") {
    MonitorPlace place;
    {
        FakeMonitor gone([](const std::string&) { return std::string(); });
        place = gone.place;
    }
    place.said_by = "/etc/mmm/mmm.toml";
    const auto reply = ask(place, {"show"});
    REQUIRE_FALSE(reply);
    const std::string text = place.endpoint.text();
    CHECK(reply.error().message ==
          "no monitor at " + text + " (address from /etc/mmm/mmm.toml): cannot connect to " + text +
              ": Connection refused\nStart it there: systemctl start mmm-monitor, or in the foreground: mmm monitor "
              "--config /etc/mmm/mmm.toml");
}

TEST_CASE("where the monitor is comes from the option or from the configuration", "[ctl]") {
    CtlOptions options;
    options.monitor = "[2001:db8::5]";
    CHECK(find_monitor(options)->endpoint == net::ControlEndpoint{"2001:db8::5", 9988});
    options.monitor = "db5:x";
    CHECK_THAT(find_monitor(options).error().message, Catch::StartsWith("--monitor: 'db5:x' isn't HOST:PORT"));
    options.monitor.clear();
    options.config.path = "/nonexistent/mmm.toml";
    CHECK_THAT(find_monitor(options).error().message, Catch::Contains("--monitor HOST:PORT"));
}
