#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX; its headers stay out of ours

namespace mmm::net {

/// What a certificate says about itself; nothing of it is secret.
struct CertificateFacts {
    std::string subject;  ///< its common name, or all of its name where there is none; fit for a log
    std::string issuer;   ///< likewise, of the authority that signed it
    std::chrono::sys_seconds begins;
    std::chrono::sys_seconds ends;
};

/// The first certificate in a PEM file. Errors: Code::not_found, Code::permission, Code::invalid, Code::io.
Result<CertificateFacts> read_certificate(const std::string& path);

/// "2026-11-22 12:43:16 UTC"
std::string utc_text(std::chrono::sys_seconds moment);

/// A certificate that ends sooner than this deserves a warning.
inline constexpr std::chrono::days kCertificateEndsSoon{14};

/// Something about the files that `[socket]` names.
struct TlsFinding {
    std::string key;  ///< cert_file, key_file or ca_file
    Error error;      ///< Code::not_found: there is no such file; Code::permission: also when we may not read it
    std::string remedy;
    bool doubt = false;  ///< it works, but not for long or not with everybody

    /// `[socket] key_file: /etc/mmm/db1.key doesn't belong to ...; write ...`
    [[nodiscard]] std::string text() const;
};

/// Everything that is wrong or doubtful with the files of `socket`.
std::vector<TlsFinding> examine_tls_files(const config::Socket& socket);

/// Our certificate, its key, and the authority that everybody's certificate is checked against. One serves any number
/// of connections, those that we accept and those that we open, from any thread.
///
/// Both sides must show a certificate; names in it are not compared with host names: who has a certificate of the
/// authority belongs to the cluster. TLS 1.2 or later, no renegotiation, no compression, no resumed sessions.
class TlsContext {
  public:
    /// Reads the three files. Errors: the first fault of examine_tls_files(), its text() as the message; Code::io.
    static Result<std::shared_ptr<TlsContext>> load(const config::Socket& socket);

    [[nodiscard]] const CertificateFacts& own() const { return own_; }

    /// For TlsSession.
    [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }

  private:
    TlsContext() = default;

    std::shared_ptr<ssl_ctx_st> context_;
    CertificateFacts own_;
};

}  // namespace mmm::net
