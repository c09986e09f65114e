// Links that are known by keys both sides have.
#include "core/model/cluster_key.hpp"
#include "tests/net/link/raw_client.hpp"
#include "tests/net/link/tls_fixture.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

ClusterKey key(const std::string& name, std::uint8_t byte = 1) {
    ClusterKey out{name, {}};
    out.secret.fill(byte);
    return out;
}

TlsPointer context(const std::string& purpose, std::vector<ClusterKey> keys, std::vector<ClusterKey> read_keys = {}) {
    auto made = TlsContext::of_keys({purpose, std::move(keys), std::move(read_keys)});
    REQUIRE(made);
    return *made;
}

}  // namespace

TEST_CASE("two ends that have the same key talk, and each knows by which", "[tls]") {
    struct Case {
        const char* name;
        std::vector<ClusterKey> server;
        std::vector<ClusterKey> server_reads;
        std::vector<ClusterKey> client;
        TlsPeer seen;
    };
    const std::vector<Case> cases{
        {"one key", {key("one")}, {}, {key("one")}, {"one", true}},
        {"the server takes both", {key("two", 2), key("one")}, {}, {key("one")}, {"one", true}},
        {"the client shows its first", {key("one"), key("two", 2)}, {}, {key("two", 2), key("one")}, {"two", true}},
        {"a key that may only look", {key("one")}, {key("look", 3)}, {key("look", 3)}, {"look", false}},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        ServerFixture s(with_tls(context("agent db1", each.server, each.server_reads)));
        std::optional<TlsPeer> seen;
        s.answer = [&](ConnectionId id, const std::string& line) {
            seen = s.server.peer(id);
            s.server.send(id, "heard " + line);
        };
        TlsClient c(s.loop, s.server.port(), context("agent db1", each.client));
        const bool talked = s.until([&] { return c.lines.size() == 1; });
        INFO((s.limits.empty() ? "" : s.limits[0]) << (c.closed ? c.closed->message : ""));
        REQUIRE(talked);
        CHECK(seen == each.seen);
    }
}

TEST_CASE("whoever has not the key for this port is refused, and both sides are told why", "[tls]") {
    struct Case {
        const char* name;
        TlsPointer client;
        std::string server_says;
        std::string client_says;
    };
    const std::string unknown =
        "TLS: the other side has no key named 'one' (another key_file, or it wasn't read again)";
    Authority authority;
    const auto old = authority.context({"old"});
    SSL_CTX_set_max_proto_version(old->native(), TLS1_2_VERSION);
    const std::vector<Case> cases{
        {"another secret", context("agent db1", {key("one", 9)}),
         "TLS: the other side's key 'one' isn't ours of that name",
         "TLS: the other side's key 'one' isn't ours of that name"},
        {"another name", context("agent db1", {key("old")}),
         "TLS: the other side shows a key named 'old', which isn't one of ours for this port",
         "TLS: the other side has no key named 'old' (another key_file, or it wasn't read again)"},
        {"meant for another host", context("agent db2", {key("one")}),
         "TLS: the other side shows a key named 'one', which isn't one of ours for this port", unknown},
        {"meant for the control port", context("control", {key("one")}),
         "TLS: the other side shows a key named 'one', which isn't one of ours for this port", unknown},
        {"certificates", authority.context({"monitor"}),
         "TLS: the other side shows no key (has it certificates, or no key_file?); give both the same [security]",
         "TLS: the other side shows no certificate (has it a key, or no cipher in common with this one?); give both "
         "the "
         "same [security]"},
        {"TLS 1.2", old, "TLS: the other side speaks no version of TLS that this one does (1.3 and later)",
         "TLS: the other side speaks no version of TLS that this one does (1.2 and later)"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        ServerFixture s(with_tls(context("agent db1", {key("one")})));
        TlsClient c(s.loop, s.server.port(), each.client);
        REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
        CHECK(s.lines.empty());
        CHECK(c.opened == 0);
        CHECK(c.closed->code == Code::refused);
        CHECK(c.closed->message == each.client_says);
        REQUIRE(s.limits.size() == 1);
        CHECK(s.limits[0] == "closed a connection from 127.0.0.1: " + each.server_says);
    }
}

TEST_CASE("key, certificates and plain text don't go together, and both sides are told what differs", "[tls]") {
    Authority authority;
    ServerFixture s(with_tls(authority.context({"db1"})));
    TlsClient c(s.loop, s.server.port(), context("agent db1", {key("one")}));
    REQUIRE(s.until([&] { return c.closed && s.closed.size() == 1; }));
    CHECK(c.closed->code == Code::refused);
    CHECK(c.closed->message ==
          "TLS: the other side shows a certificate, not the cluster's key; give both the same [security]");
    CHECK(s.lines.empty());
    REQUIRE(s.limits.size() == 1);
    CHECK(s.limits[0] ==
          "closed a connection from 127.0.0.1: TLS: the other side shows a key named 'one', this one has certificates; "
          "give both the same [security]");

    ServerFixture plain(on_loopback());
    TlsClient d(plain.loop, plain.server.port(), context("agent db1", {key("one")}));
    REQUIRE(plain.until([&] { return d.closed && plain.limits.size() == 1; }));
    CHECK(d.closed->message == "the other side speaks no TLS (has it neither key nor certificates?)");
    CHECK(
        plain.limits[0] ==
        "closed a connection from 127.0.0.1: the other side speaks TLS; this one has neither key nor certificates (see "
        "[security] in its configuration)");
    CHECK(plain.lines.empty());

    ServerFixture keyed(with_tls(context("agent db1", {key("one")})));
    TlsClient e(keyed.loop, keyed.server.port(), nullptr);
    REQUIRE(keyed.until([&] { return e.closed && keyed.limits.size() == 1; }));
    CHECK(e.lines == std::vector<std::string>{"ERROR: this port takes nothing but TLS, with the cluster's key or a "
                                              "certificate; see [security] or [socket] in its configuration"});
    CHECK(keyed.limits[0] ==
          "closed a connection from 127.0.0.1: the other side speaks no TLS (has it neither key nor certificates?)");
    CHECK(keyed.lines.empty());
}

TEST_CASE("keys change while connections are open; only those with a key that was taken away are reset", "[tls]") {
    const auto first = key("first"), second = key("second", 2);
    ServerFixture s(with_tls(context("control", {first})));
    TlsClient old_one(s.loop, s.server.port(), context("control", {first}));
    REQUIRE(s.until([&] { return s.lines.size() == 1; }));

    s.server.set_tls(context("control", {first, second}));
    TlsClient new_one(s.loop, s.server.port(), context("control", {second, first}));
    REQUIRE(s.until([&] { return s.lines.size() == 2; }));
    CHECK_FALSE(old_one.closed);

    // The name stays, the secret differs: that is another key.
    s.server.set_tls(context("control", {second, key("first", 7)}));
    REQUIRE(s.until([&] { return old_one.closed && s.closed.size() == 1; }));
    CHECK_FALSE(new_one.closed);
    new_one.client.send("MORE");
    REQUIRE(s.until([&] { return s.lines.size() == 3; }));

    TlsClient late(s.loop, s.server.port(), context("control", {first}));
    REQUIRE(s.until([&] { return late.closed.has_value(); }));
    CHECK(late.opened == 0);
}

TEST_CASE("a client whose key is taken out of force comes again with the new one", "[tls]") {
    const auto first = key("first"), second = key("second", 2);
    ServerFixture s(with_tls(context("control", {first, second})));
    TlsClient c(s.loop, s.server.port(), context("control", {first}));
    REQUIRE(s.until([&] { return s.lines.size() == 1; }));
    c.client.set_tls(context("control", {second, first}));
    run_for(s.loop, 50ms);
    CHECK_FALSE(c.closed);
    c.client.set_tls(context("control", {second}));
    REQUIRE(s.until([&] { return c.closed.has_value(); }));
    CHECK(c.closed->message == "its key is no longer in force");
}

TEST_CASE("an old program is served in plain text only where it is allowed to be, and TLS goes on there", "[tls]") {
    LineServerOptions options = with_tls(context("agent db1", {key("one")}));
    options.plain = {loopback()};
    ServerFixture s(options);
    std::vector<bool> proved;
    s.answer = [&](ConnectionId id, const std::string& line) {
        proved.push_back(s.server.peer(id).has_value());
        s.server.send(id, "heard " + line);
    };
    RawClient old(s.server.port());
    old.write("GET_STATUS\n");
    REQUIRE(s.until([&] { return s.lines.size() == 1; }));
    TlsClient c(s.loop, s.server.port(), context("agent db1", {key("one")}));
    REQUIRE(s.until([&] { return c.lines.size() == 1; }));
    CHECK(proved == std::vector<bool>{false, true});
}

TEST_CASE("certificates must name who may be there, and TLS 1.3 is spoken", "[tls]") {
    Authority authority;
    const auto security = [&](const std::string& name) {
        const config::Socket socket = authority.issue({name});
        config::Security out;
        out.ca_file = socket.ca_file;
        out.cert_file = socket.cert_file;
        out.cert_key_file = socket.key_file;
        return out;
    };
    const auto of = [&](const std::string& own, const TlsNames& names) {
        auto made = TlsContext::of_certificates(security(own), names);
        REQUIRE(made);
        return *made;
    };
    ServerFixture s(with_tls(of("db1", {{"monitor", "operator"}, {"reader"}})));
    std::vector<TlsPeer> seen;
    s.answer = [&](ConnectionId id, const std::string& line) {
        seen.push_back(s.server.peer(id).value());
        s.server.send(id, "heard " + line);
    };
    TlsClient monitor(s.loop, s.server.port(), of("monitor", {{"db1"}, {}}));
    REQUIRE(s.until([&] { return monitor.lines.size() == 1; }));
    TlsClient reader(s.loop, s.server.port(), of("reader", {{"db1"}, {}}));
    REQUIRE(s.until([&] { return reader.lines.size() == 1; }));
    CHECK(seen == std::vector<TlsPeer>{{"monitor", true}, {"reader", false}});

    TlsClient stranger(s.loop, s.server.port(), of("db7", {{"db1"}, {}}));
    REQUIRE(s.until([&] { return stranger.closed && s.limits.size() == 1; }));
    CHECK(s.limits[0] ==
          "closed a connection from 127.0.0.1: TLS: the certificate of 'db7' names nobody who may be there ('monitor', "
          "'operator', 'reader')");
    TlsClient misled(s.loop, s.server.port(), of("monitor", {{"db2"}, {}}));
    REQUIRE(s.until([&] { return misled.closed.has_value(); }));
    CHECK(misled.closed->message == "TLS: the certificate of 'db1' names nobody who may be there ('db2')");
    CHECK(s.lines.size() == 2);

    const auto old = authority.context({"monitor"});
    SSL_CTX_set_max_proto_version(old->native(), TLS1_2_VERSION);
    ServerFixture strict(with_tls(of("db1", {{"monitor"}, {}})));
    TlsClient late(strict.loop, strict.server.port(), old);
    REQUIRE(strict.until([&] { return late.closed && strict.limits.size() == 1; }));
    CHECK_THAT(strict.limits[0], Catch::EndsWith("speaks no version of TLS that this one does (1.3 and later)"));
}
