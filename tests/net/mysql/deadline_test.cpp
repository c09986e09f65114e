#include <catch2/catch.hpp>
#include <thread>

#include "fake_server.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/connection.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct BadServer {
    const char* what;
    FakeServer::Behaviour behaviour;
    TlsMode tls;
};

std::vector<BadServer> bad_servers() {
    // The start of a TLS record that announces 16 KiB: the library has to read on and on.
    const std::string record = "\x16\x03\x03\x40\x00\x02"s + std::string(0x3fff, '\0');
    return {
        {"says nothing", FakeServer::stall, TlsMode::off},
        {"says nothing, TLS wanted", FakeServer::stall, TlsMode::preferred},
        {"drips its greeting", FakeServer::drip("\xff\xff\x00\x00\x0a"s, "x"), TlsMode::off},
        {"is silent after its greeting", FakeServer::drip(FakeServer::greeting(), "\x01"s), TlsMode::off},
        {"stalls in the TLS handshake", FakeServer::drip(FakeServer::greeting(), ""), TlsMode::required},
        {"drips in the TLS handshake", FakeServer::drip(FakeServer::greeting(), record), TlsMode::required},
    };
}

}  // namespace

TEST_CASE("connecting ends at its deadline whatever the server does") {
    for (auto& bad : bad_servers()) {
        INFO(bad.what);
        const FakeServer server(bad.behaviour);
        Connection connection;
        const Time start = boot_now();
        const auto opened = connection.open(server.endpoint(bad.tls), start + 200ms);
        const Duration took = boot_now() - start;
        REQUIRE_FALSE(opened);
        INFO(opened.error().message);
        CHECK(opened.error().code == Code::timeout);
        CHECK(took >= 200ms);
        CHECK(took < 200ms + kPrompt);
        CHECK_FALSE(connection.connected());
    }
}

TEST_CASE("cancelling ends connecting at once whatever the server does") {
    for (auto& bad : bad_servers()) {
        INFO(bad.what);
        const FakeServer server(bad.behaviour);
        const auto canceller = std::make_shared<const Canceller>();
        Connection connection(canceller);
        Time cancelled_at;
        std::thread other([&] {
            std::this_thread::sleep_for(100ms);
            cancelled_at = boot_now();
            canceller->cancel();
        });
        const auto opened = connection.open(server.endpoint(bad.tls), boot_now() + 10s);
        const Time end = boot_now();
        other.join();
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Code::cancelled);
        CHECK(end - cancelled_at < kPrompt);
    }
}

TEST_CASE("a query ends at its deadline or when cancelled, and takes the session with it") {
    const auto canceller = std::make_shared<const Canceller>();
    Connection connection(canceller);
    open(connection, pair_of_servers().source.endpoint("app"));
    Time start = boot_now();
    auto rows = connection.query("SELECT SLEEP(5)", start + 150ms);
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == Code::timeout);
    CHECK(boot_now() - start < 150ms + kPrompt);
    CHECK_FALSE(connection.connected());

    open(connection, pair_of_servers().source.endpoint("app"));
    std::thread other([&] {
        std::this_thread::sleep_for(100ms);
        canceller->cancel();
    });
    start = boot_now();
    rows = connection.query("SELECT SLEEP(5)", start + 10s);
    other.join();
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == Code::cancelled);
    CHECK(boot_now() - start < 150ms + kPrompt);
    CHECK_FALSE(connection.connected());
    canceller->reset();
    open(connection, pair_of_servers().source.endpoint("app"));
    CHECK(connection.query("SELECT 1", in(5s)));
}

TEST_CASE("a pause ends when cancelled") {
    const auto canceller = std::make_shared<const Canceller>();
    Connection connection(canceller);
    CHECK(connection.pause(10ms, in(1s)));
    CHECK(connection.pause(10s, in(10ms)).error().code == Code::timeout);
    canceller->cancel();
    CHECK(connection.pause(10s, in(10s)).error().code == Code::cancelled);
}
