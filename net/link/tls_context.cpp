#include <fmt/format.h>

#include <algorithm>

#include "net/link/openssl.hpp"
#include "net/link/shared_keys.hpp"
#include "net/link/tls.hpp"
#include "net/link/tls_files.hpp"

namespace mmm::net {
namespace {

/// For TLS 1.2; what is last only for old programs that can do no better (1.3 has good ones only).
constexpr const char* kCiphers =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES:RSA+AESGCM:RSA+AES:!aNULL:!eNULL:!PSK:!SRP";
/// Refuses SHA-1 signatures and keys below 80 bits of security: a cluster's first certificates (RSA, 1024 bits) still
/// work, with a doubt from read_tls_files().
constexpr int kSecurityLevel = 1;
/// Of what a stranger may show us, in bytes.
constexpr long kMostChainBytes = 32 * 1024;

bool be_strict(SSL_CTX* context, int least_version) {
    // Set one by one: the machine's own openssl.cnf has already had its say.
    SSL_CTX_set_security_level(context, kSecurityLevel);
    SSL_CTX_set_options(
        context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_clear_options(context, SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_dh_auto(context, 1);
    SSL_CTX_set_max_cert_list(context, kMostChainBytes);
    return SSL_CTX_set_max_early_data(context, 0) == 1 && SSL_CTX_set_min_proto_version(context, least_version) == 1 &&
           SSL_CTX_set_max_proto_version(context, 0) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1 &&
           SSL_CTX_set_cipher_list(context, kCiphers) == 1;
}

bool use_own(SSL_CTX* context, const TlsFiles& files) {
    if (SSL_CTX_use_certificate(context, files.own.front().get()) != 1) return false;
    for (auto next = files.own.begin() + 1; next != files.own.end(); ++next) {
        if (SSL_CTX_add1_chain_cert(context, next->get()) != 1) return false;
    }
    return SSL_CTX_use_PrivateKey(context, files.key.get()) == 1;
}

bool require_peer(SSL_CTX* context, const TlsFiles& files) {
    SSL_CTX_set_cert_store(context, store_of(files.authorities).release());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    // Some clients show a certificate only to a server that names its authority.
    return std::ranges::all_of(files.authorities, [context](const CertificatePointer& authority) {
        return SSL_CTX_add_client_CA(context, authority.get()) == 1;
    });
}

std::shared_ptr<SSL_CTX> strict_context(int least_version) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_method()), [](SSL_CTX* each) { SSL_CTX_free(each); });
    return context && be_strict(context.get(), least_version) ? context : nullptr;
}

Error no_openssl() {
    return {Code::io, "OpenSSL can't be set up for TLS: " + openssl_reason(), 0};
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::of_keys(const TlsKeys& keys) {
    const std::shared_ptr<TlsContext> result(new TlsContext);
    result->keys_ = std::make_shared<const std::vector<SharedKey>>(shared_keys(keys));
    result->context_ = strict_context(TLS1_3_VERSION);
    if (!result->context_ || !use_shared_keys(result->context_.get())) return tl::make_unexpected(no_openssl());
    return std::shared_ptr<const TlsContext>(result);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::of_certificates(const config::Security& security,
                                                                      const TlsNames& names) {
    return from_files(files_of(security), kSecurityFiles, names, TLS1_3_VERSION);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const config::Socket& socket) {
    return from_files(socket, kSocketFiles, {}, TLS1_2_VERSION);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::from_files(const config::Socket& socket, const char* section,
                                                                 const TlsNames& names, int least_version) {
    const TlsFiles files = read_tls_files(socket, section);
    const auto fault = std::ranges::find(files.findings, false, &TlsFinding::doubt);
    if (fault != files.findings.end()) return fail(fault->error.code, fault->text(), fault->error.detail);

    const std::shared_ptr<TlsContext> result(new TlsContext);
    result->context_ = strict_context(least_version);
    if (!result->context_) return tl::make_unexpected(no_openssl());
    SSL_CTX* context = result->context_.get();
    const auto unusable = [&](const char* key, const std::string& path) {
        return fail(Code::invalid, fmt::format("[{}] {}: {} can't be used: {}", section, key, path, openssl_reason()));
    };
    if (!use_own(context, files)) return unusable("cert_file", socket.cert_file);
    if (!require_peer(context, files)) return unusable("ca_file", socket.ca_file);
    notice_keys(context);
    result->own_ = facts_of(files.own.front().get());
    result->names_ = names;
    return std::shared_ptr<const TlsContext>(result);
}

}  // namespace mmm::net
