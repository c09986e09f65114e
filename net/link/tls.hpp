#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "core/model/cluster_key.hpp"

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

/// Something about the files that `[socket]` or `[security]` names.
struct TlsFinding {
    std::string section;  ///< of the configuration
    std::string key;      ///< cert_file, ca_file, and key_file or cert_key_file
    Error error;          ///< Code::not_found: there is no such file; Code::permission: also when we may not read it
    std::string remedy;
    bool doubt = false;  ///< it works, but not for long or not with everybody

    /// `[socket] key_file: /etc/mmm/db1.key doesn't belong to ...; write ...`
    [[nodiscard]] std::string text() const;
};

/// Everything that is wrong or doubtful with the certificate files of `socket`.
std::vector<TlsFinding> examine_tls_files(const config::Socket& socket);
/// The same for `security`. Precondition: it has certificates.
std::vector<TlsFinding> examine_tls_files(const config::Security& security);

/// What two ends of a link know each other by. A program has the secret made for one purpose only, so that a connection
/// can't be led to a port it wasn't meant for.
struct TlsKeys {
    std::string purpose;                ///< what the listening side is: `agent db1`, `control`
    std::vector<ClusterKey> keys;       ///< all are taken; a client shows the first
    std::vector<ClusterKey> read_keys;  ///< likewise; who shows one of these may only look
};

/// Who may be at the other end: one of its certificate's names has to be here.
struct TlsNames {
    std::vector<std::string> commanding;
    std::vector<std::string> reading;  ///< may only look
};

/// Who is at the other end, as far as that was proved.
struct TlsPeer {
    std::string name;  ///< of its key or certificate; fit for a log
    bool may_command = true;
    bool operator==(const TlsPeer&) const = default;
};

struct SharedKey;

/// By what two programs know each other, and encrypt what they say: keys that both have, or certificates that an
/// authority signed. One serves any number of connections, those that we accept and those that we open, from any
/// thread.
///
/// No renegotiation, no compression, no resumed sessions, no early data.
class TlsContext {
  public:
    /// Keys that both sides have: TLS 1.3, forward secret; a wrong key is refused by both. Errors: Code::io.
    /// Precondition: there is a key.
    static Result<std::shared_ptr<const TlsContext>> of_keys(const TlsKeys& keys);

    /// `[security]` with certificates: TLS 1.3, and the other side's certificate must have one of `names`.
    /// Errors: the first fault of examine_tls_files(), its text() as the message; Code::io.
    static Result<std::shared_ptr<const TlsContext>> of_certificates(const config::Security& security,
                                                                     const TlsNames& names);

    /// `[socket]` type ssl: TLS 1.2 or later. Names in certificates are not compared: who has one of the authority
    /// belongs to the cluster. Errors: as of_certificates().
    static Result<std::shared_ptr<const TlsContext>> load(const config::Socket& socket);

    /// Our certificate; nothing where there are keys.
    [[nodiscard]] const std::optional<CertificateFacts>& own() const { return own_; }

    /// For TlsSession.
    [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }
    [[nodiscard]] const std::vector<SharedKey>* keys() const { return keys_.get(); }
    [[nodiscard]] const TlsNames& names() const { return names_; }

  private:
    TlsContext() = default;
    static Result<std::shared_ptr<const TlsContext>> from_files(const config::Socket& socket, const char* section,
                                                                const TlsNames& names, int least_version);

    std::shared_ptr<ssl_ctx_st> context_;
    std::optional<CertificateFacts> own_;
    std::shared_ptr<const std::vector<SharedKey>> keys_;  ///< none: there are certificates
    TlsNames names_;
};

}  // namespace mmm::net
