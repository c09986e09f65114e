#include "net/link/tls_files.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "net/host/boot_clock.hpp"
#include "net/host/read_file.hpp"
#include "net/host/secret_file.hpp"

namespace mmm::net {
namespace {

using std::chrono::sys_seconds;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;
/// Bits of security; RSA with 2048 bits has 112.
constexpr int kStrongKey = 112;

sys_seconds wall_clock() {
    return sys_seconds(wall_now().since_epoch);
}

void add(TlsFiles& files, const char* key, Error error, std::string remedy = {}) {
    files.findings.push_back({key, std::move(error), std::move(remedy), false});
}

void doubt(TlsFiles& files, const char* key, std::string message, std::string remedy) {
    files.findings.push_back({key, {Code::invalid, std::move(message), 0}, std::move(remedy), true});
}

BioPointer reader_of(const std::string& text) {
    return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// A service has nobody to ask for a passphrase; notes that one would be needed.
int no_passphrase(char* /*to*/, int /*size*/, int /*writing*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Result<KeyPointer> read_key(const std::string& path) {
    const auto file = open_regular_file(path);
    if (!file) return tl::make_unexpected(file.error());
    if (const auto refused = refuse_shared(*file, path); !refused) return tl::make_unexpected(refused.error());
    auto text = read_all(*file, path, kMostBytes);
    if (!text) return tl::make_unexpected(text.error());
    bool wants_passphrase = false;
    KeyPointer key(PEM_read_bio_PrivateKey(reader_of(*text).get(), nullptr, no_passphrase, &wants_passphrase));
    OPENSSL_cleanse(text->data(), text->size());
    ERR_clear_error();
    if (key) return key;
    if (wants_passphrase)
        return fail(Code::invalid, fmt::format("{0} is locked by a passphrase, which a service can't type; run: "
                                               "openssl pkey -in {0} -out NEW_FILE",
                                               path));
    return fail(Code::invalid, path + " holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
}

void check_dates(TlsFiles& files, const char* key, const std::string& path, const CertificateFacts& facts) {
    const std::string what = fmt::format("the certificate of '{}' in {} ", facts.subject, path);
    const sys_seconds now = wall_clock();
    if (facts.ends <= now) {
        add(files, key, {Code::invalid, what + "has expired on " + utc_text(facts.ends), 0},
            "have a new one signed, or correct this host's clock");
    } else if (facts.begins > now) {
        add(files, key, {Code::invalid, what + "is valid only from " + utc_text(facts.begins) + " on", 0},
            "correct this host's clock, or wait");
    } else if (facts.ends - now < kCertificateEndsSoon) {
        const auto days = std::chrono::duration_cast<std::chrono::days>(facts.ends - now).count();
        doubt(files, key,
              fmt::format("{}ends on {}, in {} day{}", what, utc_text(facts.ends), days, days == 1 ? "" : "s"),
              "replace it before, and restart; then no link of this host can be made any more");
    }
}

void check_own(TlsFiles& files, const config::Socket& socket) {
    X509* own = files.own.front().get();
    check_dates(files, "cert_file", socket.cert_file, facts_of(own));
    if (EVP_PKEY_get_security_bits(X509_get0_pubkey(own)) < kStrongKey)
        doubt(files, "cert_file",
              fmt::format("the key of {} has only {} bits", socket.cert_file, EVP_PKEY_get_bits(X509_get0_pubkey(own))),
              "make one with 2048 bits or more (RSA), or 256 (EC)");
    for (const auto& [purpose, use] : {std::pair{X509_PURPOSE_SSL_SERVER, "connections that others open"},
                                       std::pair{X509_PURPOSE_SSL_CLIENT, "connections that this host opens"}}) {
        if (X509_check_purpose(own, purpose, 0) == 0)
            doubt(files, "cert_file", fmt::format("{} may not be used for {}", socket.cert_file, use),
                  "have it signed with extendedKeyUsage = serverAuth, clientAuth, or without that restriction");
    }
}

/// The others check us against their own ca_file, which may differ while the authority is being replaced.
void check_signature(TlsFiles& files, const config::Socket& socket) {
    const StorePointer store = store_of(files.authorities);
    const StoreContextPointer context(X509_STORE_CTX_new());
    STACK_OF(X509)* chain = sk_X509_new_null();
    for (const auto& certificate : files.own) sk_X509_push(chain, certificate.get());
    const bool ready = X509_STORE_CTX_init(context.get(), store.get(), files.own.front().get(), chain) == 1;
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
    if (ready && X509_verify_cert(context.get()) != 1)
        doubt(files, "cert_file",
              fmt::format("{} isn't signed by {} ({})", socket.cert_file, socket.ca_file,
                          X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))),
              "hosts that have the same ca_file refuse this one; have it signed by that authority");
    sk_X509_free(chain);
    ERR_clear_error();
}

void check_authorities(TlsFiles& files, const config::Socket& socket) {
    // While an authority is being replaced the file holds the old and the new one: the best counts.
    const auto best = std::max_element(
        files.authorities.begin(), files.authorities.end(),
        [](const auto& one, const auto& other) { return facts_of(one.get()).ends < facts_of(other.get()).ends; });
    check_dates(files, "ca_file", socket.ca_file, facts_of(best->get()));
}

}  // namespace

Result<std::vector<CertificatePointer>> read_certificates(const std::string& path) {
    const auto text = read_file(path, kMostBytes);
    if (!text) return tl::make_unexpected(text.error());
    const BioPointer reader = reader_of(*text);
    std::vector<CertificatePointer> certificates;
    ERR_clear_error();
    while (X509* next = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) certificates.emplace_back(next);
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (!at_end)
        return fail(Code::invalid, fmt::format("certificate {} in {} is damaged", certificates.size() + 1, path));
    if (certificates.empty())
        return fail(Code::invalid, path + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    return certificates;
}

StorePointer store_of(const std::vector<CertificatePointer>& authorities) {
    StorePointer store(X509_STORE_new());
    for (const auto& authority : authorities) X509_STORE_add_cert(store.get(), authority.get());
    // What is in the file is trusted as it is, also an authority that another one signed.
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

TlsFiles read_tls_files(const config::Socket& socket) {
    TlsFiles files;
    if (auto own = read_certificates(socket.cert_file)) {
        files.own = std::move(*own);
        check_own(files, socket);
    } else {
        add(files, "cert_file", own.error());
    }
    if (auto key = read_key(socket.key_file)) {
        files.key = std::move(*key);
        if (!files.own.empty() && X509_check_private_key(files.own.front().get(), files.key.get()) != 1)
            add(files, "key_file",
                {Code::invalid,
                 fmt::format("{} doesn't belong to the certificate in {}", socket.key_file, socket.cert_file), 0},
                "name the key that the certificate was made with");
        ERR_clear_error();
    } else {
        add(files, "key_file", key.error());
    }
    if (auto authorities = read_certificates(socket.ca_file)) {
        files.authorities = std::move(*authorities);
        check_authorities(files, socket);
        if (!files.own.empty()) check_signature(files, socket);
    } else {
        add(files, "ca_file", authorities.error());
    }
    return files;
}

std::string TlsFinding::text() const {
    return fmt::format("[socket] {}: {}{}{}", key, error.message, remedy.empty() ? "" : "; ", remedy);
}

std::vector<TlsFinding> examine_tls_files(const config::Socket& socket) {
    return read_tls_files(socket).findings;
}

}  // namespace mmm::net
