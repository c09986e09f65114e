#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/link/tls.hpp"

// For this room's sources only: it needs OpenSSL's headers.

namespace mmm::net {

/// A cluster key made fit for one purpose, with the identity by which it is called in a handshake.
///
/// The identity is `mmm 1|PURPOSE|KEY NAME`, the secret the HMAC-SHA256 of `mmm tls 1|PURPOSE` with the cluster key. So
/// whoever stands between two programs can't lead a connection to another port than the one it was meant for.
struct SharedKey {
    std::string name;
    std::string identity;
    std::array<std::uint8_t, 32> secret{};
    bool may_command = true;
};

/// In the order in which they are shown: a client shows the first.
std::vector<SharedKey> shared_keys(const TlsKeys& keys);

/// From here on handshakes of `context` are decided by shared keys alone. TLS 1.3 with (EC)DHE: a key that becomes
/// known later opens no recording. False when OpenSSL refuses.
bool use_shared_keys(SSL_CTX* context);

/// Where certificates decide: a key of ours that is shown is noticed, so that both sides can be told what differs.
void notice_keys(SSL_CTX* context);

/// What a session has to know about the key of its handshake; OpenSSL's callbacks write it.
struct KeyChoice {
    const std::vector<SharedKey>* keys = nullptr;  ///< nullptr: certificates decide
    const SharedKey* chosen = nullptr;
    std::string foreign;  ///< the name of a key that was shown and isn't ours, fit for a log; empty: none

    /// Each session has one, which outlives it.
    void attach(SSL* session);
};

}  // namespace mmm::net
