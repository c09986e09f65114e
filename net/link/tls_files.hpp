#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "net/link/openssl.hpp"

// For this room's sources only: it needs OpenSSL's headers.

namespace mmm::net {

/// All certificates in a PEM file, at least one. Errors: as read_certificate().
Result<std::vector<CertificatePointer>> read_certificates(const std::string& path);

/// What the three files hold, and what is wrong with them. Without a fault all of it is there.
struct TlsFiles {
    std::vector<CertificatePointer> own;  ///< ours first, then what leads from it to the authority
    KeyPointer key;
    std::vector<CertificatePointer> authorities;
    std::vector<TlsFinding> findings;
};

/// The sections that name certificate files.
inline constexpr const char* kSocketFiles = "socket";
inline constexpr const char* kSecurityFiles = "security";

/// The certificate files of `security`, as if `[socket]` named them.
config::Socket files_of(const config::Security& security);

/// `section`: the one whose keys the findings name.
TlsFiles read_tls_files(const config::Socket& socket, const char* section);

/// Trusts exactly `authorities`, whoever signed these.
StorePointer store_of(const std::vector<CertificatePointer>& authorities);

}  // namespace mmm::net
