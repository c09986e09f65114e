#include <catch2/catch.hpp>
#include <mutex>

#include "database_certificates.hpp"
#include "fake_server.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/check_rules.hpp"
#include "net/mysql/connection.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

TEST_CASE("each TLS mode insists on what it says") {
    const DatabaseCertificates certificates;
    const std::string& folder = certificates.folder;
    TestServer secure(4, certificates.options());
    TestServer& plain = pair_of_servers().source;

    const struct {
        const char* what;
        const TestServer* server;
        TlsMode mode;
        std::string ca_file;
        bool opens;
        bool encrypted;
        const char* reason = "";
    } cases[] = {
        {"off, server offers it", &secure, TlsMode::off, "", true, false},
        {"preferred, server offers it", &secure, TlsMode::preferred, "", true, true},
        {"preferred, server doesn't", &plain, TlsMode::preferred, "", true, false},
        {"required, server offers it", &secure, TlsMode::required, "", true, true},
        {"required, server doesn't", &plain, TlsMode::required, "", false, false,
         ": the server offers no TLS, and mysql_tls is required; "},
        {"verified", &secure, TlsMode::verify, folder + "/ca.pem", true, true},
        {"verified against another authority", &secure, TlsMode::verify, folder + "/other.pem", false, false,
         "/other.pem; have it signed there, "},
        {"verified against no authority", &secure, TlsMode::verify, folder + "/key.pem", false, false},
        {"verified against a file that is gone", &secure, TlsMode::verify, folder + "/gone.pem", false, false,
         "/gone.pem isn't there, or not for us to read; "},
        {"verified, server doesn't offer it", &plain, TlsMode::verify, folder + "/ca.pem", false, false,
         ": the server offers no TLS, and mysql_tls is verify; "},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        Endpoint endpoint = each.server->endpoint("app");
        endpoint.tls = each.mode;
        endpoint.ca_file = each.ca_file;
        Connection connection;
        const auto opened = connection.open(endpoint, in(5s));
        CHECK(opened.has_value() == each.opens);
        if (!opened) {
            INFO(opened.error().message);
            CHECK(opened.error().code == Code::permission);
            CHECK(opened.error().message.find(each.reason) != std::string::npos);
            continue;
        }
        const auto rows = connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", in(5s));
        REQUIRE(rows);
        CHECK(rows->values[0][1].value_or("").empty() == !each.encrypted);
    }

    // Deadlines and the idle watch hold inside TLS as well.
    Endpoint endpoint = secure.endpoint("app");
    endpoint.tls = TlsMode::required;
    Connection connection;
    open(connection, endpoint);
    CHECK(connection.wait_closed_or(in(20ms)) == Idle::until);
    const Time start = boot_now();
    CHECK(connection.query("SELECT SLEEP(5)", start + 100ms).error().code == Code::timeout);
    CHECK(boot_now() - start < 300ms);
    open(connection, endpoint);
    secure.kill();
    CHECK(connection.wait_closed_or(in(1s)) == Idle::closed);
}

TEST_CASE("a certificate that has expired or is for somebody else is refused with that reason, not as dead") {
    const DatabaseCertificates certificates;
    const std::string& folder = certificates.folder;
    const struct {
        std::string file;
        const char* reason;
    } cases[] = {
        {"expired", ": its certificate has expired, or isn't valid yet; "},
        {"foreign", ": its certificate is for somebody else; have one signed with subjectAltName=IP:127.0.0.1"},
        {"named", ": its certificate is for somebody else; "},
    };
    for (const auto& each : cases) {
        INFO(each.file);
        const TestServer server(4, certificates.options(each.file));
        Endpoint endpoint = server.endpoint("app");
        endpoint.tls = TlsMode::verify;
        endpoint.ca_file = folder + "/ca.pem";
        Connection connection;
        const auto opened = connection.open(endpoint, in(5s));
        REQUIRE_FALSE(opened);
        INFO(opened.error().message);
        CHECK(opened.error().code == Code::permission);
        CHECK(mysql_verdict(opened).outcome == Outcome::unknown);
        CHECK(opened.error().message.find(each.reason) != std::string::npos);
        endpoint.tls = TlsMode::required;
        CHECK(connection.open(endpoint, in(5s)));
    }
}

TEST_CASE("whoever hides a server's TLS gets nothing, and a login that would trust a stranger's key isn't begun") {
    using namespace std::string_literals;
    const std::string sha2 = "caching_sha2_password";
    const std::string switches = FakeServer::packet(2, "\xfe" + sha2 + "\0"s + "abcdefghijklmnopqrst\0"s);
    const struct {
        const char* what;
        TlsMode mode;
        bool get_public_key;
        std::string greeting;
        bool begins;  ///< the client says who it is
        const char* reason;
    } cases[] = {
        {"required", TlsMode::required, false, FakeServer::greeting(false), false, "offers no TLS"},
        {"required, the key may be asked for", TlsMode::required, true, FakeServer::greeting(false, sha2), false,
         "offers no TLS"},
        {"verify", TlsMode::verify, false, FakeServer::greeting(false, sha2), false, "offers no TLS"},
        {"preferred", TlsMode::preferred, false, FakeServer::greeting(false, sha2), true, "write mysql_get_public_key"},
        {"off", TlsMode::off, false, FakeServer::greeting(true), true, "write mysql_get_public_key"},
        {"off, the key may be asked for", TlsMode::off, true, FakeServer::greeting(true), true, ""},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        std::mutex mutex;
        std::string said;
        std::size_t times = 0;
        Endpoint endpoint;
        {
            const FakeServer server(FakeServer::talk({each.greeting, switches, FakeServer::packet(4, "\x01\x04")},
                                                     [&](std::string_view text) {
                                                         const std::lock_guard lock(mutex);
                                                         said += text;
                                                         ++times;
                                                     }));
            endpoint = server.endpoint(each.mode);
            endpoint.get_public_key = each.get_public_key;
            endpoint.ca_file = "/etc/hostname";
            Connection connection;
            const auto opened = connection.open(endpoint, in(1s));
            REQUIRE_FALSE(opened);
            INFO(opened.error().message);
            CHECK(opened.error().message.find(each.reason) != std::string::npos);
            if (!each.get_public_key || !each.begins) CHECK(opened.error().code == Code::permission);
        }
        CHECK(said.empty() == !each.begins);
        CHECK(said.find(endpoint.password) == std::string::npos);
        // With the consent: the login, the scramble, and the question for the key.
        CHECK(times == (!each.begins ? 0 : each.get_public_key ? 3 : 1));
    }
}
