#include <malloc.h>

#include <asio/ip/tcp.hpp>
#include <list>

#include "tests/net/link/tls_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

/// The same certificate, but others are checked against `ca_file`.
TlsPointer trusting(config::Socket socket, const std::string& ca_file) {
    socket.ca_file = ca_file;
    auto loaded = TlsContext::load(socket);
    REQUIRE(loaded);
    return std::move(*loaded);
}

/// A certificate that load() would refuse, as a host with a wrong clock shows it.
TlsPointer out_of_time(Authority& authority, const CertificateWish& wish) {
    const Identity identity = make_identity(wish, &authority.self());
    auto context = authority.context({wish.name + " valid"});
    REQUIRE(SSL_CTX_use_cert_and_key(context->native(), identity.certificate.get(), identity.key.get(), nullptr, 1) ==
            1);
    return context;
}

/// Both ends' words on a link that doesn't come about.
struct Outcome {
    Error client;
    std::string server;
};

Outcome try_link(const TlsPointer& server, const TlsPointer& client) {
    ServerFixture s(with_tls(server));
    TlsClient c(s.loop, s.server.port(), client, 300ms);
    REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
    CHECK(s.lines.empty());
    CHECK(c.lines.empty());
    return {*c.closed, s.limits.empty() ? "" : s.limits.front()};
}

}  // namespace

TEST_CASE("a foreign authority is refused by either side, and both say so", "[tls]") {
    Authority ours;
    Authority foreign("Other CA");
    const auto server = ours.context({"db1"});

    const auto stranger = try_link(server, trusting(foreign.issue({"stranger"}), ours.ca_file()));
    CHECK(stranger.server ==
          "closed a connection from 127.0.0.1: TLS: the certificate of 'stranger' isn't signed by our ca_file, but by "
          "'Other CA'");
    CHECK(stranger.client ==
          Error{Code::refused, "TLS: the other side refuses our certificate: its ca_file hasn't signed it", 0});

    const auto impostor = try_link(trusting(foreign.issue({"impostor"}), ours.ca_file()), ours.context({"monitor"}));
    CHECK(impostor.client ==
          Error{Code::refused, "TLS: the certificate of 'impostor' isn't signed by our ca_file, but by 'Other CA'", 0});
    CHECK(impostor.server ==
          "closed a connection from 127.0.0.1: TLS: the other side refuses our certificate: its ca_file hasn't signed "
          "it");
}

TEST_CASE("a certificate that signed itself is refused, unless ca_file names it", "[tls]") {
    Authority ours;
    const Identity alone = make_identity({"alone"});
    auto socket = ours.write("alone", alone.certificate_pem(), alone.key_pem());
    const auto refused = try_link(ours.context({"db1"}), trusting(socket, ours.ca_file()));
    CHECK_THAT(refused.server,
               Catch::EndsWith("TLS: the certificate of 'alone' isn't signed by our ca_file, but by 'alone'"));

    const auto everybody = trusting(socket, socket.cert_file);
    ServerFixture s(with_tls(everybody));
    TlsClient c(s.loop, s.server.port(), everybody);
    CHECK(s.until([&] { return s.lines.size() == 1; }));
}

TEST_CASE("certificates out of their time are refused with the date", "[tls]") {
    Authority authority;
    const auto good = authority.context({"db1"});
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());

    const auto expired = try_link(good, out_of_time(authority, {"old", -48h, -24h}));
    CHECK_THAT(expired.server,
               Catch::Contains("TLS: the certificate of 'old' has expired on " + utc_text(now - 24h).substr(0, 10)));
    CHECK(expired.client.message ==
          "TLS: the other side refuses our certificate as expired; compare the clocks of both hosts");

    const auto early = try_link(out_of_time(authority, {"early", 24h, 48h}), good);
    CHECK(early.client.code == Code::refused);
    CHECK_THAT(early.client.message, Catch::StartsWith("TLS: the certificate of 'early' is valid only from " +
                                                       utc_text(now + 24h).substr(0, 10)));
    CHECK_THAT(early.client.message, Catch::EndsWith("compare the clocks of both hosts"));
}

TEST_CASE("a certificate for servers only doesn't open connections", "[tls]") {
    Authority authority;
    const auto outcome = try_link(authority.context({"db1"}), authority.context({"web", -1h, 24h, "serverAuth"}));
    CHECK_THAT(outcome.server, Catch::EndsWith("the certificate of 'web' may not be used for this side of a connection "
                                               "(extendedKeyUsage: serverAuth, clientAuth)"));
}

TEST_CASE("a client without a certificate is refused", "[tls]") {
    Authority authority;
    auto bare = authority.context({"bare"});
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        // As the old programs, which can be told to show none.
        SSL_CTX* native = bare->native();
        SSL_CTX_set_cert_cb(
            native,
            [](SSL* ssl, void*) {
                SSL_certs_clear(ssl);
                return 1;
            },
            nullptr);
        SSL_CTX_set_min_proto_version(native, version);
        SSL_CTX_set_max_proto_version(native, version);
        const auto outcome = try_link(authority.context({"db1"}), bare);
        CHECK(outcome.server ==
              "closed a connection from 127.0.0.1: TLS: the other side shows no certificate (has it cert_file, and one "
              "that our ca_file signed?)");
        CHECK(outcome.client.code == Code::refused);
    }
}

TEST_CASE("TLS 1.2 is spoken with those who know no better, older versions are not", "[tls]") {
    Authority authority;
    auto old = authority.context({"old"});
    SSL_CTX_set_max_proto_version(old->native(), TLS1_2_VERSION);
    const auto good = authority.context({"db1"});
    for (const bool old_is_server : {true, false}) {
        ServerFixture s(with_tls(old_is_server ? old : good));
        TlsClient c(s.loop, s.server.port(), old_is_server ? good : old);
        CHECK(s.until([&] { return s.lines.size() == 1; }));
    }
    // What the oldest libraries can: no forward secrecy.
    CertificateWish rsa{"rsa"};
    rsa.rsa_bits = 2048;
    auto oldest = authority.context(rsa);
    SSL_CTX_set_max_proto_version(oldest->native(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(oldest->native(), "AES256-SHA");
    ServerFixture s(with_tls(oldest));
    TlsClient c(s.loop, s.server.port(), good);
    CHECK(s.until([&] { return s.lines.size() == 1; }));

    SSL_CTX_set_security_level(old->native(), 0);
    SSL_CTX_set_min_proto_version(old->native(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(old->native(), TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(old->native(), "ALL:@SECLEVEL=0");
    const auto outcome = try_link(good, old);
    CHECK_THAT(outcome.server, Catch::EndsWith("speaks no version of TLS that this one does (1.2 and later)"));
    CHECK_THAT(outcome.client.message, Catch::EndsWith("speaks no version of TLS that this one does (1.2 and later)"));
}

TEST_CASE("plain text and TLS notice each other at once and say what to look at", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    {
        const auto outcome = try_link(nullptr, tls);
        CHECK(outcome.client ==
              Error{Code::invalid, "the other side speaks no TLS (has it neither key nor certificates?)", 0});
        CHECK(outcome.server ==
              "closed a connection from 127.0.0.1: the other side speaks TLS; this one has neither key nor "
              "certificates (see [security] in its configuration)");
    }
    ServerFixture s(with_tls(tls));
    TlsClient c(s.loop, s.server.port(), nullptr);
    REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
    CHECK(c.lines == std::vector<std::string>{"ERROR: this port takes nothing but TLS, with the cluster's key or a "
                                              "certificate; see [security] or [socket] in its configuration"});
    REQUIRE(s.limits.size() == 1);
    CHECK(s.limits[0] ==
          "closed a connection from 127.0.0.1: the other side speaks no TLS (has it neither key nor certificates?)");

    // An old program's TLS complains in TLS about plain text.
    ServerFixture plain;
    RawClient complaining(plain.server.port());
    complaining.write(std::string("\x15\x03\x01\x00\x02\x02\x46", 7));
    REQUIRE(plain.until([&] { return complaining.closed(); }));
    CHECK(complaining.received() ==
          "ERROR: the other side speaks TLS; this one has neither key nor certificates (see [security] in its "
          "configuration)\n");
}

TEST_CASE("a handshake that nobody finishes ends at its deadline, on either side", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    LineServerOptions options = with_tls(tls);
    options.handshake_timeout = 60ms;
    options.first_line_timeout = 10s;
    ServerFixture s(options);
    RawClient silent(s.server.port());
    RawClient half(s.server.port());
    half.write(std::string("\x16\x03\x01\x02\x00\x01\x00", 7));
    // Its promised 512 bytes a byte at a time: that puts nothing off.
    REQUIRE(s.until([&] {
        half.write("\x01");
        return silent.closed() && half.closed();
    }));
    CHECK(s.closed.at(1) == Error{Code::timeout, "no TLS handshake in time", 0});
    CHECK(s.limits.size() == 1);

    // A plain server that only listens: no answer to the greeting comes.
    asio::io_context& loop = s.loop;
    asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
    TlsClient c(loop, acceptor.local_endpoint().port(), tls, 60ms);
    REQUIRE(run_until(loop, [&] { return c.closed.has_value(); }));
    CHECK(c.opened == 0);
    CHECK(c.closed->code == Code::timeout);
    CHECK_THAT(c.closed->message,
               Catch::EndsWith("didn't finish the TLS handshake within 60 ms (has it neither key nor certificates?)"));
}

TEST_CASE("who has shaken hands still has to say a line in time", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    LineServerOptions options = with_tls(tls);
    options.first_line_timeout = 60ms;
    ServerFixture s(options);
    LineClientOptions to = TlsClient::options(s.server.port(), tls, 2s);
    LineClient mute(s.loop, to, {});
    mute.start();
    REQUIRE(s.until([&] { return mute.connected(); }));
    REQUIRE(s.until([&] { return s.closed.size() == 1; }));
    CHECK(s.closed.at(1).message == "no complete line came in time");
}

TEST_CASE("handshakes that nobody finishes take bounded memory and keep no host out", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    LineServerOptions options = with_tls(tls);
    options.trusted = {loopback()};
    options.max_handshakes = 1000;
    options.max_per_address = 1000;
    ServerFixture s(options);
    const std::size_t before = mallinfo2().uordblks;
    std::list<RawClient> strangers;
    for (std::size_t i = 1; i <= 300; ++i) {
        strangers.emplace_back(s.server.port(), "127.0.0.2");
        strangers.back().write(std::string("\x16\x03\x01\x20\x00\x01\x00\x1f\xfc\x03\x03", 11) +
                               std::string(2000, 'x'));
        REQUIRE(s.until([&] { return s.opened.size() == i; }));
    }
    REQUIRE(s.until([&] { return s.server.connections() <= options.max_strangers; }));
    CHECK(mallinfo2().uordblks - before < 32 * 1024 * 1024);
    TlsClient host(s.loop, s.server.port(), tls);
    CHECK(s.until([&] { return s.lines.size() == 1; }));
}

TEST_CASE("strangers get few handshakes a second, the configured hosts as many as they want", "[tls]") {
    Authority authority;
    const auto tls = authority.context({"db1"});
    LineServerOptions options = with_tls(tls);
    options.max_handshakes = 6;
    options.trusted = {loopback()};
    ServerFixture s(options);
    std::list<RawClient> strangers;
    for (int i = 0; i < 20; ++i) strangers.emplace_back(s.server.port(), "127.0.0.2");
    REQUIRE(s.until([&] { return !s.limits.empty(); }));
    CHECK(s.limits[0] ==
          "limit of TLS handshakes with other than the configured hosts reached (6 a second, half of them with one "
          "address); the last came from 127.0.0.2");
    LineClientOptions options_of_another = TlsClient::options(s.server.port(), tls, 2s);
    options_of_another.source = Address::v4({127, 0, 0, 4});
    LineClient another(s.loop, options_of_another, {});
    another.start();
    CHECK(s.until([&] { return another.connected(); }));
    std::list<TlsClient> hosts;
    for (int i = 0; i < 10; ++i) hosts.emplace_back(s.loop, s.server.port(), tls);
    CHECK(s.until([&] { return s.lines.size() == 10; }));
}
