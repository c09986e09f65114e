#include "net/mysql/connection.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "fake_server.hpp"
#include "net/host/boot_clock.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// A unix socket whose listen queue is full, as a frozen server's is.
struct FullUnixSocket {
    FullUnixSocket() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(static_cast<char*>(address.sun_path), path.size());
        REQUIRE(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(listen(listener.get(), 0) == 0);
        REQUIRE(connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    }
    ~FullUnixSocket() { std::filesystem::remove(path); }

    const std::string path = std::filesystem::temp_directory_path() / ("mmm-full-" + std::to_string(getpid()));
    const FileDescriptor listener{socket(AF_UNIX, SOCK_STREAM, 0)};
    const FileDescriptor client{socket(AF_UNIX, SOCK_STREAM, 0)};
};

}  // namespace

TEST_CASE("a query gives its columns and rows, NULL apart from empty") {
    Connection connection;
    open(connection, pair_of_servers().source.endpoint("app"));
    const auto rows =
        connection.query("SELECT 7 AS Number, '' AS Nothing, NULL AS Missing UNION SELECT 8, 'x', 'y'", in(5s));
    REQUIRE(rows);
    REQUIRE(rows->size() == 2);
    const Row row(*rows, 0);
    CHECK(row.number("number") == 7);
    CHECK(row.get("Nothing") == "");
    CHECK_FALSE(row.get("Missing"));
    CHECK_FALSE(row.get("Unknown"));
    CHECK(row.number({"Other", "NUMBER"}) == 7);
    CHECK(connection.server().is_mariadb());
    CHECK(connection.server().version >= 101100);
    CHECK(connection.thread_id() > 0);
}

TEST_CASE("a refused or reset connection is hard evidence") {
    Connection connection;
    Endpoint nobody;
    {
        const FakeServer server(FakeServer::reset);
        nobody = server.endpoint();
        const auto reset = connection.open(server.endpoint(), in(5s));
        REQUIRE_FALSE(reset);
        CHECK(reset.error().code == Code::unreachable);
    }
    const auto refused = connection.open(nobody, in(5s));
    REQUIRE_FALSE(refused);
    INFO(refused.error().message);
    CHECK(refused.error().code == Code::unreachable);
    CHECK(refused.error().message.find(nobody.text()) == 0);
    CHECK(refused.error().message.find("Connection refused") != std::string::npos);
}

TEST_CASE("a host name is refused: looking it up could hang") {
    Connection connection;
    Endpoint endpoint = pair_of_servers().source.endpoint("app");
    endpoint.host = "localhost";
    CHECK(connection.open(endpoint, in(5s)).error().code == Code::invalid);
}

TEST_CASE("a wrong password is a matter of permission, and stays secret") {
    Connection connection;
    Endpoint endpoint = pair_of_servers().source.endpoint("app");
    endpoint.password = "not-the-password";
    const auto opened = connection.open(endpoint, in(5s));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::permission);
    CHECK(opened.error().detail == 1045);
    CHECK(opened.error().message.find(endpoint.password) == std::string::npos);
}

TEST_CASE("a server without a free connection is busy, not dead") {
    TestServer& server = pair_of_servers().source;
    server.run("SET GLOBAL max_connections=10");
    std::vector<std::unique_ptr<Connection>> connections;
    Result<void> opened;
    for (int count = 0; count < 12 && opened; ++count) {
        connections.push_back(std::make_unique<Connection>());
        opened = connections.back()->open(server.endpoint("app"), in(5s));
    }
    connections.clear();
    server.run("SET GLOBAL max_connections=151");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::busy);
    CHECK(opened.error().detail == 1040);
}

TEST_CASE("a server's error leaves the session open, an answer without end closes it") {
    Connection connection;
    const Endpoint endpoint = pair_of_servers().source.endpoint("app");
    open(connection, endpoint);
    CHECK(connection.query("SELECT", in(5s)).error().code == Code::invalid);
    CHECK(connection.connected());
    CHECK(connection.query("SELECT 1; SELECT 2", in(5s)).error().code == Code::invalid);
    CHECK(connection.query("SELECT seq FROM test.seq_1_to_100000", in(5s))->size() == 100'000);

    auto rows = connection.query("SELECT seq FROM test.seq_1_to_100000000", in(5s));
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == Code::refused);
    CHECK(rows.error().message.find("100000 rows") != std::string::npos);
    CHECK_FALSE(connection.connected());

    open(connection, endpoint);
    rows = connection.query("SELECT REPEAT('x', 1000000) FROM test.seq_1_to_100000", in(5s));
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == Code::refused);
    CHECK(rows.error().message.find("bytes") != std::string::npos);
    CHECK(connection.query("SELECT 1", in(5s)).error().message.find("not connected") != std::string::npos);
}

TEST_CASE("an error about a statement with a secret doesn't repeat the statement") {
    Connection connection;
    open(connection, pair_of_servers().source.endpoint("app"));
    const auto rows = connection.query_with_secret("CHANGE MASTER TO MASTER_PASSWORD='hush' nonsense", "hush", in(5s));
    REQUIRE_FALSE(rows);
    CHECK(rows.error().message.find("hush") == std::string::npos);
    CHECK(rows.error().message.find("nonsense") == std::string::npos);
    CHECK(rows.error().message.find("1064") != std::string::npos);
}

TEST_CASE("a unix socket is used when named; one that isn't there is refused, a full one has a deadline") {
    Connection connection;
    Endpoint endpoint = pair_of_servers().source.endpoint("app");
    endpoint.unix_socket = pair_of_servers().source.unix_socket();
    endpoint.host.clear();
    open(connection, endpoint);
    CHECK(connection.query("SELECT 1", in(5s)));

    endpoint.unix_socket += ".nothing";
    CHECK(connection.open(endpoint, in(5s)).error().code == Code::unreachable);
    endpoint.unix_socket = std::string(200, 'x');
    CHECK(connection.open(endpoint, in(5s)).error().code == Code::invalid);

    const FullUnixSocket full;
    endpoint.unix_socket = full.path;
    const Time start = boot_now();
    CHECK(connection.open(endpoint, start + 100ms).error().code == Code::timeout);
    CHECK(boot_now() - start < 200ms);
}

TEST_CASE("an idle connection notices within 100 ms that its server was killed") {
    TestServer server(3);
    Connection connection;
    open(connection, server.endpoint("app"));
    CHECK(connection.wait_closed_or(in(20ms)) == Idle::until);
    const Wake wake;
    wake.set();
    CHECK(connection.wait_closed_or(in(5s), &wake) == Idle::woken);

    Time killed;
    std::thread killer([&] {
        std::this_thread::sleep_for(50ms);
        killed = boot_now();
        ::kill(server.pid(), SIGKILL);
    });
    CHECK(connection.wait_closed_or(in(5s)) == Idle::closed);
    const Time noticed = boot_now();
    killer.join();
    CHECK(noticed - killed < 100ms);
    CHECK_FALSE(connection.connected());
    CHECK(connection.open(server.endpoint("app"), in(5s)).error().code == Code::unreachable);
}
