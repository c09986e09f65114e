#pragma once

#include <string>

#include "core/base/result.hpp"
#include "net/link/openssl.hpp"
#include "net/link/shared_keys.hpp"

// For this room's sources only: it needs OpenSSL's headers.

namespace mmm::net {

/// Why the certificate that `verification` has just refused is refused.
std::string refused_certificate(X509_STORE_CTX* verification);

/// Why `certificate`, which is good, isn't one of `names`.
std::string wrong_name(X509* certificate, const TlsNames& names);

/// What OpenSSL's oldest error in this thread means for `session`; empties the queue.
///
/// `choice`: what the handshake came to, where keys decide. `certificate`: what refused_certificate() said about the
/// other side's, if it was asked.
Error handshake_error(SSL* session, const KeyChoice& choice, const std::string& certificate);

}  // namespace mmm::net
