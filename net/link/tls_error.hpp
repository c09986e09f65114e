#pragma once

#include <string>

#include "core/base/result.hpp"
#include "net/link/openssl.hpp"

// For this room's sources only: it needs OpenSSL's headers.

namespace mmm::net {

/// Why the certificate that `verification` has just refused is refused.
std::string refused_certificate(X509_STORE_CTX* verification);

/// What OpenSSL's oldest error in this thread means; empties the queue. `certificate`: what refused_certificate() said
/// about the other side's, if it was asked.
Error tls_error(const std::string& certificate);

}  // namespace mmm::net
