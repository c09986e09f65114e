#include "tests/fuzz/tls_pairs.hpp"

#include "tests/net/link/certificates.hpp"

namespace mmm::fuzz {
namespace {

using net::TlsContext;
using net::TlsPeer;

/// Certificates that are the same each time, and good for as long as anybody runs this.
net::CertificateWish lasting(const std::string& name) {
    net::CertificateWish wish;
    wish.name = name;
    wish.now = std::chrono::sys_days{std::chrono::January / 1 / 2020};
    wish.ends = std::chrono::days{365 * 200};
    return wish;
}

ClusterKey key(const std::string& name, std::uint8_t byte = 1) {
    ClusterKey out{name, {}};
    out.secret.fill(byte);
    return out;
}

TlsPointer by_keys(const std::string& purpose, std::vector<ClusterKey> keys, std::vector<ClusterKey> read_keys = {}) {
    return TlsContext::of_keys({purpose, std::move(keys), std::move(read_keys)}).value();
}

/// `[security]` with certificates.
TlsPointer by_names(const config::Socket& files, const net::TlsNames& names) {
    config::Security security;
    security.ca_file = files.ca_file;
    security.cert_file = files.cert_file;
    security.cert_key_file = files.key_file;
    return TlsContext::of_certificates(security, names).value();
}

TlsPointer trusting(config::Socket files, const std::string& ca_file) {
    files.ca_file = ca_file;
    return TlsContext::load(files).value();
}

/// A program that knows no better. It has its context to itself.
TlsPointer by_tls_1_2(const config::Socket& files) {
    auto old = TlsContext::load(files).value();
    net::need(SSL_CTX_set_max_proto_version(old->native(), TLS1_2_VERSION) == 1, "TLS 1.2");
    return old;
}

/// A program that shows none, as the old ones can be told to. Likewise.
TlsPointer by_nothing(const config::Socket& files) {
    auto bare = TlsContext::load(files).value();
    const auto forget = [](SSL* session, void* /*unused*/) {
        SSL_certs_clear(session);
        return 1;
    };
    SSL_CTX_set_cert_cb(bare->native(), forget, nullptr);
    return bare;
}

}  // namespace

std::vector<TlsPair> tls_pairs() {
    net::Authority ours(lasting("C1 CA"));
    net::Authority others(lasting("Other\n\x1b[2J CA"));  // the reason of a refusal names it
    const auto db1 = ours.issue(lasting("db1")), monitor = ours.issue(lasting("monitor"));
    const auto reader = ours.issue(lasting("reader")), db7 = ours.issue(lasting("db7"));
    const auto foreign = others.issue(lasting("monitor")), foreign_db1 = others.issue(lasting("db1"));

    const auto keys = by_keys("agent db1", {key("one"), key("two", 2)}, {key("look", 3)});
    const auto named = by_names(db1, {{"monitor"}, {"reader"}});
    const auto any = TlsContext::load(db1).value();
    const TlsPeer commands{"one", true}, looks{"look", false}, nameless{"", true};
    return {
        {"one key", keys, by_keys("agent db1", {key("one")}), commands, commands},
        {"a key that may only look", keys, by_keys("agent db1", {key("look", 3)}), looks, TlsPeer{"look", true}},
        {"names", named, by_names(monitor, {{"db1"}, {}}), TlsPeer{"monitor", true}, TlsPeer{"db1", true}},
        {"a name that may only look", named, by_names(reader, {{"db1"}, {}}), TlsPeer{"reader", false},
         TlsPeer{"db1", true}},
        {"one authority", any, TlsContext::load(monitor).value(), nameless, nameless},
        {"one authority, TLS 1.2", any, by_tls_1_2(monitor), nameless, nameless, true},
        {"an old server", by_tls_1_2(db1), TlsContext::load(monitor).value(), nameless, nameless, true},
        {"another secret", keys, by_keys("agent db1", {key("one", 9)}), {}, {}},
        {"another key's name", keys, by_keys("agent db1", {key("old")}), {}, {}},
        {"another port's key", keys, by_keys("control", {key("one")}), {}, {}},
        {"a certificate instead of a key", keys, TlsContext::load(monitor).value(), {}, {}},
        {"a key instead of a certificate", any, by_keys("agent db1", {key("one")}), {}, {}},
        {"another authority", any, trusting(foreign, ours.ca_file()), {}, nameless},
        {"another authority, names", named, trusting(foreign, ours.ca_file()), {}, nameless},
        {"another name", named, TlsContext::load(db7).value(), {}, nameless},
        {"TLS 1.2 where it isn't spoken", named, by_tls_1_2(monitor), {}, {}},
        {"an impostor as server", trusting(foreign_db1, ours.ca_file()), TlsContext::load(monitor).value(), {}, {}},
        {"an impostor as old server", by_tls_1_2(foreign_db1), TlsContext::load(monitor).value(), {}, {}},
        {"a server of another name", TlsContext::load(db7).value(), by_names(monitor, {{"db1"}, {}}), {}, {}},
        {"no certificate", any, by_nothing(monitor), {}, nameless},
    };
}

}  // namespace mmm::fuzz
