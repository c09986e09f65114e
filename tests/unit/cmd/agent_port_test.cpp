#include "cmd/agent_port.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "core/proto/greeting.hpp"
#include "tests/net/link/loop.hpp"
#include "tests/net/link/raw_client.hpp"

using namespace mmm;

namespace {

constexpr std::uint16_t kPort = 19989;
constexpr const char* kOrder = "SET_STATUS|1|db1|ONLINE||db1\n";

/// The port of db1's agent at 127.0.0.1, without a key; db2 is at 127.0.0.2.
class Port {
  public:
    explicit Port(Address monitor = {}) : config_(made(monitor)), log_(silent()), port_(make()) {
        REQUIRE(port_->listen());
    }
    /// Sends one line from there, and returns the answer's beginning, up to its end or the connection's.
    std::string ask(net::RawClient& client, const std::string& line) {
        net::run_for(loop_, std::chrono::milliseconds(20));
        client.write(line);
        net::run_until(
            loop_, [&] { return client.closed() || client.received().ends_with('\n'); },
            std::chrono::milliseconds(200));
        return client.received();
    }
    std::string ask(const char* from, const std::string& line) {
        net::RawClient client(kPort, from);
        return ask(client, line);
    }
    std::string hello(const char* from) { return ask(from, proto::encode_hello({"db1", "C1", "m1", "1"}) + "\n"); }
    net::RawClient connected(const char* from) {
        net::RawClient client(kPort, from);
        net::run_for(loop_, std::chrono::milliseconds(50));
        return client;
    }
    [[nodiscard]] unsigned orders() const { return orders_; }

  private:
    static config::Config made(const Address& monitor) {
        config::Config out;
        out.cluster = "C1";
        out.monitor.ip = monitor;
        std::uint8_t last = 1;
        for (const auto* name : {"db1", "db2"}) {
            out.hosts[name].name = name;
            out.hosts[name].ip = Address::v4({127, 0, 0, last++});
            out.hosts[name].agent_port = kPort;
        }
        return out;
    }
    net::LogOptions silent() {
        nowhere_ = net::FileDescriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        net::LogOptions out;
        out.descriptor = nowhere_.get();
        return out;
    }
    std::unique_ptr<AgentPort> make() {
        AgentPort::Handlers handlers;
        handlers.on_open = [](const Address&) {};
        handlers.on_close = [](const std::string&) {};
        handlers.on_heard = [] {};
        handlers.on_version1 = [this](std::uint64_t id, const std::string&) {
            ++orders_;
            port_->answer(id, "OK: done");
        };
        return std::make_unique<AgentPort>(loop_, config_, *config_.host("db1"), log_, Tls(), std::move(handlers));
    }

    asio::io_context loop_;
    config::Config config_;
    net::FileDescriptor nowhere_;
    net::Logger log_;
    unsigned orders_ = 0;
    std::unique_ptr<AgentPort> port_;
};

bool is_welcome(const std::string& answer) {
    return answer.find("WELCOME") != std::string::npos;
}

}  // namespace

TEST_CASE(
    "without a key an order of version 1 keeps a monitor out for a while only if it comes from an admitted address") {
    SECTION("a stranger's does nothing, where the monitor's address is configured") {
        Port port(Address::v4({192, 0, 2, 5}));
        CHECK(port.ask("127.0.0.9", kOrder).empty());
        CHECK(port.orders() == 0);
        CHECK(is_welcome(port.hello("127.0.0.1")));
    }
    SECTION("that of a host of the cluster does") {
        Port port(Address::v4({192, 0, 2, 5}));
        CHECK(port.ask("127.0.0.2", kOrder) == "OK: done\n");
        CHECK(port.hello("127.0.0.1").find("another monitor (of version 1, at 127.0.0.2)") != std::string::npos);
    }
    SECTION("where it isn't configured, the first that gives orders is taken, and no other") {
        Port port;
        CHECK(is_welcome(port.hello("127.0.0.9")));
        CHECK(port.ask("127.0.0.8", kOrder).empty());
        CHECK(port.orders() == 0);
        CHECK(is_welcome(port.hello("127.0.0.9")));
    }
    SECTION("nor one that was connected before that") {
        Port port;
        auto early = port.connected("127.0.0.8");
        CHECK(is_welcome(port.hello("127.0.0.9")));
        CHECK(port.ask(early, kOrder).find("from another address") != std::string::npos);
        CHECK(port.orders() == 0);
        CHECK(is_welcome(port.hello("127.0.0.9")));
    }
}
