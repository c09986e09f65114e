// Replication that is pointed somewhere connects with the TLS that its source's host wants.

#include <catch2/catch.hpp>

#include "database_certificates.hpp"
#include "net/mysql/repoint.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

Source at(const TestServer& server, TlsMode tls, const std::string& ca_file = {}) {
    Source source{"127.0.0.1", server.port(), "replication", "secret-replication", GtidStart::slave_pos};
    source.tls = tls;
    source.ca_file = ca_file;
    return source;
}

/// Points `replica` at the source and gives its status once the I/O thread is connected, or has failed.
ReplicationStatus point(TestServer& replica, const Source& source, bool expect_change = true) {
    Connection agent;
    open(agent, replica.endpoint("agent"));
    const auto pointed = repoint(agent, source, in(10s));
    if (!pointed) FAIL(pointed.error().message);
    CHECK(pointed->changed == expect_change);
    for (const Time until = in(10s);;) {
        const auto status = replication_status(agent, in(5s));
        if (!status) FAIL(status.error().message);
        if (status->io_running || status->last_io_errno != 0 || !agent.pause(20ms, until)) return *status;
    }
}

}  // namespace

TEST_CASE("a MariaDB replica gets the TLS of its source's host, and keeps an administrator's where that may be") {
    const DatabaseCertificates certificates;
    const std::string ca = certificates.folder + "/ca.pem";
    TestServer source(31, certificates.options());
    TestServer replica(32);
    source.run("ALTER USER replication REQUIRE SSL");

    auto status = point(replica, at(source, TlsMode::preferred));
    CHECK_FALSE(status.tls);
    CHECK(status.last_io_errno == 1045);

    status = point(replica, at(source, TlsMode::required));
    CHECK(status.io_running);
    CHECK(status.tls);
    CHECK_FALSE(status.tls_verify);

    status = point(replica, at(source, TlsMode::verify, ca));
    CHECK(status.io_running);
    CHECK(status.tls_verify);
    CHECK(status.tls_ca == ca);
    point(replica, at(source, TlsMode::verify, ca), false);
    // What is stricter than what is wanted stays.
    point(replica, at(source, TlsMode::required), false);
    point(replica, at(source, TlsMode::preferred), false);

    status = point(replica, at(source, TlsMode::verify, certificates.folder + "/other.pem"));
    CHECK_FALSE(status.io_running);
    CHECK(status.last_io_errno == 2026);

    source.run("ALTER USER replication REQUIRE NONE");
    status = point(replica, at(source, TlsMode::off));
    CHECK(status.io_running);
    CHECK_FALSE(status.tls);
}

TEST_CASE("a MySQL replica uses TLS with a source that takes part, and asks for no key unless that is said") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    TestServer replica(33, {}, Kind::mysql9);
    const auto asks_for_key = [&] {
        const Rows rows = replica.run("SHOW REPLICA STATUS");
        return Row(rows, 0).text("Get_Source_public_key");
    };
    auto status = point(replica, at(servers->source, TlsMode::preferred));
    CHECK(status.io_running);
    CHECK(status.tls);
    CHECK_FALSE(status.tls_verify);
    CHECK(asks_for_key() == "0");

    Source plain = at(servers->source, TlsMode::off);
    plain.get_public_key = true;
    status = point(replica, plain);
    CHECK(status.io_running);
    CHECK_FALSE(status.tls);
    CHECK(asks_for_key() == "1");
    replica.run("STOP REPLICA");
}

TEST_CASE("a MySQL user with caching_sha2_password logs in inside TLS, and without it only by consent") {
    MysqlPair* const servers = pair_of_mysql9();
    if (servers == nullptr) return;
    Endpoint endpoint = servers->source.endpoint("app");
    const auto cipher = [&](Connection& connection) {
        return connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", in(5s))->values[0][1].value_or("");
    };
    for (const TlsMode mode : {TlsMode::preferred, TlsMode::required}) {
        Connection connection;
        endpoint.tls = mode;
        endpoint.get_public_key = false;
        open(connection, endpoint);
        CHECK_FALSE(cipher(connection).empty());
    }
    Connection connection;
    endpoint.tls = TlsMode::off;
    // Also now that the server has it cached, and would ask for no key.
    const auto refused = connection.open(endpoint, in(5s));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::permission);
    CHECK(refused.error().message.find("write mysql_get_public_key = true") != std::string::npos);
    endpoint.get_public_key = true;
    open(connection, endpoint);
    CHECK(cipher(connection).empty());
    endpoint.get_public_key = false;
    endpoint.unix_socket = servers->source.unix_socket();
    open(connection, endpoint);
}
