#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/mysql/connection.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// A folder with two authorities, ca.pem and other.pem, and a server certificate of the first for 127.0.0.1.
struct Certificates {
    Certificates() {
        std::string name = std::filesystem::temp_directory_path() / "mmm-tls-XXXXXX";
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
        const std::string request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ";
        run(request + "-subj /CN=authority -keyout ca.key -out ca.pem");
        run(request + "-subj /CN=other -keyout other.key -out other.pem");
        run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=database -keyout key.pem "
            "-out request.pem && echo subjectAltName=IP:127.0.0.1 > names && openssl x509 -req -in request.pem "
            "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem");
    }
    ~Certificates() { std::filesystem::remove_all(folder); }

    void run(const std::string& command) const {
        INFO(command);
        const std::string whole = "cd " + folder + " && (" + command + ") >>log 2>&1";
        // NOLINTNEXTLINE(cert-env33-c): a fixed command of this test's own, in a folder of its own
        REQUIRE(std::system(whole.c_str()) == 0);
    }

    std::string folder;
};

}  // namespace

TEST_CASE("each TLS mode insists on what it says") {
    const Certificates certificates;
    const std::string& folder = certificates.folder;
    TestServer secure(4, {"--ssl-cert=" + folder + "/cert.pem", "--ssl-key=" + folder + "/key.pem"});
    TestServer& plain = pair_of_servers().source;

    struct {
        const char* what;
        const TestServer* server;
        TlsMode mode;
        std::string ca_file;
        bool opens;
        bool encrypted;
    } const cases[] = {
        {"off, server offers it", &secure, TlsMode::off, "", true, false},
        {"preferred, server offers it", &secure, TlsMode::preferred, "", true, true},
        {"preferred, server doesn't", &plain, TlsMode::preferred, "", true, false},
        {"required, server offers it", &secure, TlsMode::required, "", true, true},
        {"required, server doesn't", &plain, TlsMode::required, "", false, false},
        {"verified", &secure, TlsMode::verify, folder + "/ca.pem", true, true},
        {"verified against another authority", &secure, TlsMode::verify, folder + "/other.pem", false, false},
        {"verified against the system's authorities", &secure, TlsMode::verify, "", false, false},
        {"verified, server doesn't offer it", &plain, TlsMode::verify, folder + "/ca.pem", false, false},
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
