#include "net/link/shared_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "core/base/check.hpp"
#include "core/model/cluster_key.hpp"

namespace mmm::net {
namespace {

constexpr std::string_view kIdentity = "mmm 1|";
constexpr std::string_view kSecret = "mmm tls 1|";
/// TLS_AES_128_GCM_SHA256, as a handshake names it. The key goes with any cipher of the same hash.
constexpr std::array<unsigned char, 2> kCipher{0x13, 0x01};
/// OpenSSL wants the program named in whatever has the form of a session.
constexpr std::array<unsigned char, 3> kProgram{'m', 'm', 'm'};
constexpr const char* kCiphers = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";

std::array<std::uint8_t, 32> derived(const ClusterKey& key, const std::string& purpose) {
    const std::string text = std::string(kSecret) + purpose;
    std::array<std::uint8_t, 32> out{};
    unsigned size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    const auto* done = HMAC(EVP_sha256(), key.secret.data(), static_cast<int>(key.secret.size()), data, text.size(),
                            out.data(), &size);
    MMM_CHECK(done != nullptr && size == out.size());  // fails for want of memory only
    return out;
}

int choice_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

KeyChoice* choice_of(const SSL* session) {
    return static_cast<KeyChoice*>(SSL_get_ex_data(session, choice_index()));
}

/// OpenSSL takes an external key in the form of a session to be resumed. nullptr: for want of memory.
SSL_SESSION* session_of(SSL* session, const SharedKey& key) {
    SSL_SESSION* out = SSL_SESSION_new();
    const SSL_CIPHER* cipher = SSL_CIPHER_find(session, kCipher.data());
    if (out != nullptr && cipher != nullptr &&
        SSL_SESSION_set1_master_key(out, key.secret.data(), key.secret.size()) == 1 &&
        SSL_SESSION_set1_id_context(out, kProgram.data(), kProgram.size()) == 1 &&
        SSL_SESSION_set_cipher(out, cipher) == 1 && SSL_SESSION_set_protocol_version(out, TLS1_3_VERSION) == 1)
        return out;
    SSL_SESSION_free(out);
    return nullptr;
}

/// The name in an identity, fit for a log; the whole of it when it isn't one of ours.
std::string shown_name(std::string_view identity) {
    const auto bar = identity.rfind('|');
    const auto name = bar == std::string_view::npos ? identity : identity.substr(bar + 1);
    return is_key_name(name) ? std::string(name) : "no name that a key has";
}

int find_key(SSL* session, const unsigned char* identity, std::size_t size, SSL_SESSION** found) {
    *found = nullptr;
    KeyChoice* choice = choice_of(session);
    if (choice == nullptr) return 0;
    const std::string_view wanted(reinterpret_cast<const char*>(identity), size);
    const auto key = std::ranges::find(*choice->keys, wanted, &SharedKey::identity);
    if (key == choice->keys->end()) {
        choice->foreign = shown_name(wanted);
        return 1;  // the handshake fails by itself, as there is nothing else to prove anything by
    }
    choice->chosen = &*key;
    *found = session_of(session, *key);
    return *found == nullptr ? 0 : 1;
}

/// Takes none: the handshake goes on by certificates. Other programs' keys are nothing to speak of.
int notice_key(SSL* session, const unsigned char* identity, std::size_t size, SSL_SESSION** found) {
    *found = nullptr;
    KeyChoice* choice = choice_of(session);
    const std::string_view shown(reinterpret_cast<const char*>(identity), size);
    if (choice != nullptr && shown.starts_with(kIdentity)) choice->foreign = shown_name(shown);
    return 1;
}

int show_key(SSL* session, const EVP_MD* hash, const unsigned char** identity, std::size_t* size, SSL_SESSION** shown) {
    *shown = nullptr;
    KeyChoice* choice = choice_of(session);
    if (choice == nullptr) return 0;
    if (hash != nullptr && EVP_MD_is_a(hash, "SHA256") == 0) return 1;
    const SharedKey& key = choice->keys->front();
    choice->chosen = &key;
    *identity = reinterpret_cast<const unsigned char*>(key.identity.data());
    *size = key.identity.size();
    *shown = session_of(session, key);
    return *shown == nullptr ? 0 : 1;
}

}  // namespace

std::vector<SharedKey> shared_keys(const TlsKeys& keys) {
    std::vector<SharedKey> out;
    const auto add = [&](const std::vector<ClusterKey>& each, bool may_command) {
        for (const ClusterKey& key : each)
            out.push_back({key.name, std::string(kIdentity) + keys.purpose + "|" + key.name, derived(key, keys.purpose),
                           may_command});
    };
    add(keys.keys, true);
    add(keys.read_keys, false);
    return out;
}

bool use_shared_keys(SSL_CTX* context) {
    SSL_CTX_set_psk_find_session_callback(context, find_key);
    SSL_CTX_set_psk_use_session_callback(context, show_key);
    // Whoever has no key would have to show a certificate, and none is good enough.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_clear_options(context, SSL_OP_ALLOW_NO_DHE_KEX);
    return SSL_CTX_set_session_id_context(context, kProgram.data(), kProgram.size()) == 1 &&
           SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context, kCiphers) == 1;
}

void notice_keys(SSL_CTX* context) {
    SSL_CTX_set_psk_find_session_callback(context, notice_key);
}

void KeyChoice::attach(SSL* session) {
    MMM_CHECK(SSL_set_ex_data(session, choice_index(), this) == 1);  // fails for want of memory only
}

}  // namespace mmm::net
