#include <sys/stat.h>

#include "tests/net/link/certificates.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

std::string problem(const config::Socket& socket) {
    const auto loaded = TlsContext::load(socket);
    return loaded ? "" : loaded.error().message;
}

/// The days and seconds of a certificate's validity, counted from now.
std::string when(std::chrono::seconds from_now) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return utc_text(now + from_now).substr(0, 10);
}

}  // namespace

TEST_CASE("three fitting files make a context that knows its certificate", "[tls]") {
    Authority authority;
    const auto loaded = TlsContext::load(authority.issue({"db1"}));
    REQUIRE(loaded);
    CHECK((*loaded)->own()->subject == "db1");
    CHECK((*loaded)->own()->issuer == "C1 CA");
    CHECK_THAT(utc_text((*loaded)->own()->ends), Catch::StartsWith(when(24h * 365)));
    CHECK(examine_tls_files(authority.issue({"db2"})).empty());
}

TEST_CASE("each unusable file is refused with its key, the reason and the remedy", "[tls]") {
    Authority authority;
    const config::Socket good = authority.issue({"db1"});
    const config::Socket other = authority.issue({"db2"});
    const std::string text = authority.folder().write("text", "not a certificate\n", 0600);
    const std::string cut = authority.folder().write("cut.pem", test::read(good.cert_file).substr(0, 200) + "\n", 0600);
    const std::string none = authority.folder().path() + "/none";
    const std::string open = authority.folder().write("open.key", test::read(good.key_file), 0644);

    struct Case {
        std::string config::Socket::*field;
        std::string path;
        Code code;
        std::string message;
    };
    const auto cert = &config::Socket::cert_file;
    const auto key = &config::Socket::key_file;
    const auto ca = &config::Socket::ca_file;
    for (const Case& c : {
             Case{cert, none, Code::not_found,
                  "[socket] cert_file: cannot open " + none + ": No such file or directory"},
             Case{key, none, Code::not_found, "[socket] key_file: cannot open " + none + ": No such file or directory"},
             Case{ca, none, Code::not_found, "[socket] ca_file: cannot open " + none + ": No such file or directory"},
             Case{cert, text, Code::invalid,
                  "[socket] cert_file: " + text + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"},
             Case{ca, text, Code::invalid,
                  "[socket] ca_file: " + text + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"},
             Case{key, text, Code::invalid,
                  "[socket] key_file: " + text + " holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)"},
             Case{cert, cut, Code::invalid, "[socket] cert_file: certificate 1 in " + cut + " is damaged"},
             Case{cert, "/dev/null", Code::invalid, "[socket] cert_file: /dev/null is not a regular file"},
             Case{key, other.key_file, Code::invalid,
                  "[socket] key_file: " + other.key_file + " doesn't belong to the certificate in " + good.cert_file +
                      "; name the key that the certificate was made with"},
             Case{key, open, Code::permission,
                  "[socket] key_file: " + open +
                      " holds a secret, but everybody on this host may use it (mode 644); "
                      "run: chmod 640 " +
                      open},
         }) {
        config::Socket socket = good;
        socket.*c.field = c.path;
        const auto loaded = TlsContext::load(socket);
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().message == c.message);
        CHECK(loaded.error().code == c.code);
    }
}

TEST_CASE("a key with a passphrase is refused instead of asking at a terminal", "[tls]") {
    Authority authority;
    const Identity identity = make_identity({"db1"}, &authority.self());
    const auto socket = authority.write("db1", identity.certificate_pem(), identity.key_pem("secret word"));
    CHECK(problem(socket) == "[socket] key_file: " + socket.key_file +
                                 " is locked by a passphrase, which a service can't type; run: openssl pkey -in " +
                                 socket.key_file + " -out NEW_FILE");
}

TEST_CASE("a certificate outside of its time is refused, and one that ends soon is doubted", "[tls]") {
    Authority authority;
    const auto expired = authority.issue({"old", -48h, -24h});
    CHECK(problem(expired) == "[socket] cert_file: the certificate of 'old' in " + expired.cert_file +
                                  " has expired on " + utc_text(read_certificate(expired.cert_file)->ends) +
                                  "; have a new one signed, or correct this host's clock");
    const auto early = authority.issue({"early", 24h, 48h});
    CHECK_THAT(problem(early), Catch::Contains("is valid only from " + when(24h)));
    CHECK_THAT(problem(early), Catch::EndsWith("on; correct this host's clock, or wait"));

    const auto soon = authority.issue({"soon", -1h, 24h * 3 + 5min});
    CHECK(TlsContext::load(soon));
    const auto findings = examine_tls_files(soon);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].doubt);
    CHECK_THAT(findings[0].text(), Catch::StartsWith("[socket] cert_file: the certificate of 'soon' in "));
    CHECK_THAT(findings[0].text(), Catch::Contains("in 3 days; replace it before"));
    CHECK(examine_tls_files(authority.issue({"later", -1h, 24h * 14 + 5min})).empty());
}

TEST_CASE("what others would refuse is doubted: a foreign signature, a weak key, one purpose only", "[tls]") {
    Authority ours;
    Authority foreign("Other CA");
    config::Socket socket = foreign.issue({"db1"});
    socket.ca_file = ours.ca_file();
    auto findings = examine_tls_files(socket);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].doubt);
    CHECK(findings[0].key == "cert_file");
    CHECK_THAT(findings[0].error.message, Catch::Contains(" isn't signed by " + ours.ca_file()));

    CertificateWish weak{"weak"};
    weak.rsa_bits = 1024;
    findings = examine_tls_files(ours.issue(weak));
    REQUIRE(findings.size() == 1);
    CHECK_THAT(findings[0].error.message, Catch::EndsWith("has only 1024 bits"));
    CHECK(TlsContext::load(ours.issue(weak)));

    findings = examine_tls_files(ours.issue({"web", -1h, 24h * 365, "serverAuth"}));
    REQUIRE(findings.size() == 1);
    CHECK_THAT(findings[0].error.message, Catch::EndsWith("may not be used for connections that this host opens"));
}

TEST_CASE("all that is wrong is found at once", "[tls]") {
    const auto findings = examine_tls_files({config::SocketType::ssl, "/none/a", "/none/b", "/none/c"});
    REQUIRE(findings.size() == 3);
    CHECK(findings[0].key == "cert_file");
    CHECK(findings[1].key == "key_file");
    CHECK(findings[2].key == "ca_file");
    for (const auto& finding : findings) CHECK(finding.error.code == Code::not_found);
}

TEST_CASE("a name in a certificate can't spoil a log", "[tls]") {
    Authority authority;
    const auto socket = authority.issue({"plain"});
    const Identity evil = make_identity({"db1\n\x1b[31m" + std::string(50, 'x')}, &authority.self());
    const auto path = authority.folder().write("evil.pem", evil.certificate_pem(), 0644);
    CHECK(read_certificate(path)->subject == "db1??[31m" + std::string(50, 'x'));
}
