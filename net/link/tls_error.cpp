#include "net/link/tls_error.hpp"

#include <fmt/format.h>
#include <openssl/tls1.h>

#include <optional>

#include "net/link/tls.hpp"

namespace mmm::net {
namespace {

/// OpenSSL's reasons from here on are alerts that the other side sent.
constexpr int kAlertOffset = SSL_AD_REASON_OFFSET;
constexpr int kLastAlert = 255;

Error refused(const std::string& why) {
    return {Code::refused, "TLS: " + why, 0};
}

/// One side has a key, the other certificates.
Error set_up_otherwise(const std::string& why) {
    return refused(why + "; give both the same [security]");
}

/// Both sides say it alike: what counts is what this one takes.
Error no_common_version(SSL* session) {
    const bool old_too = SSL_get_min_proto_version(session) <= TLS1_2_VERSION;
    return refused(fmt::format("the other side speaks no version of TLS that this one does ({} and later)",
                               old_too ? "1.2" : "1.3"));
}

Error refused_by_peer(SSL* session, int alert) {
    switch (alert) {
        case SSL_AD_UNKNOWN_CA:
            return refused("the other side refuses our certificate: its ca_file hasn't signed it");
        case SSL_AD_CERTIFICATE_EXPIRED:
            return refused("the other side refuses our certificate as expired; compare the clocks of both hosts");
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_ACCESS_DENIED:
        case SSL_AD_DECRYPT_ERROR:
            return refused(fmt::format("the other side refuses our certificate ('{}'); its log may say why",
                                       SSL_alert_desc_string_long(alert)));
        case TLS13_AD_CERTIFICATE_REQUIRED:
            return refused("the other side misses our certificate");
        case SSL_AD_PROTOCOL_VERSION:
            return no_common_version(session);
        case SSL_AD_HANDSHAKE_FAILURE:
            return refused("the other side has no cipher in common with this one, or misses our certificate");
        default:
            return refused(fmt::format("the other side ended it with '{}'", SSL_alert_desc_string_long(alert)));
    }
}

/// `said`: what OpenSSL calls it.
Error refused_by_us(SSL* session, int reason, const std::string& said, const std::string& certificate) {
    switch (reason) {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return refused(certificate.empty() ? "the other side's certificate is refused" : certificate);
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return refused("the other side shows no certificate (has it cert_file, and one that our ca_file signed?)");
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_WRONG_SSL_VERSION:
            return no_common_version(session);
        case SSL_R_NO_SHARED_CIPHER:
            return refused("the other side has no cipher in common with this one");
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
            return {Code::invalid, "what comes from the other side isn't TLS (has it neither key nor certificates?)",
                    0};
        default:
            return {Code::invalid, "TLS: " + said, 0};
    }
}

/// The other side may have sent authorities as well: what counts is that none of ours stands above its certificate.
std::string foreign_certificate(X509_STORE_CTX* verification) {
    const CertificateFacts facts = facts_of(X509_STORE_CTX_get0_cert(verification));
    return fmt::format("the certificate of '{}' isn't signed by our ca_file, but by '{}'", facts.subject, facts.issuer);
}

Error explained(SSL* session, unsigned long error, const std::string& said, const std::string& certificate) {
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return {Code::invalid, "TLS: " + said, 0};
    const int reason = ERR_GET_REASON(error);
    if (reason >= kAlertOffset && reason <= kAlertOffset + kLastAlert)
        return refused_by_peer(session, reason - kAlertOffset);
    return refused_by_us(session, reason, said, certificate);
}

/// Where keys decide; nothing: it has nothing to do with them.
std::optional<Error> refused_key(SSL* session, int reason, const KeyChoice& choice) {
    const bool client = SSL_is_server(session) == 0;
    const std::string ours = choice.chosen == nullptr ? "" : " '" + choice.chosen->name + "'";
    if (!choice.foreign.empty())
        return refused(fmt::format("the other side shows a key named '{}', which isn't one of ours for this port",
                                   choice.foreign));
    if (reason == SSL_R_BINDER_DOES_NOT_VERIFY)
        return refused(fmt::format("the other side's key{} isn't ours of that name", ours));
    if (reason == kAlertOffset + SSL_AD_HANDSHAKE_FAILURE && client)
        return refused(
            fmt::format("the other side has no key named{} (another key_file, or it wasn't read again)", ours));
    if ((reason == kAlertOffset + SSL_AD_ILLEGAL_PARAMETER || reason == kAlertOffset + SSL_AD_DECRYPT_ERROR) && client)
        return refused(fmt::format("the other side's key{} isn't ours of that name", ours));
    if (reason == SSL_R_NO_SHARED_CIPHER || reason == SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM ||
        reason == SSL_R_NO_CERTIFICATE_SET)
        return set_up_otherwise("the other side shows no key (has it certificates, or no key_file?)");
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
        return set_up_otherwise("the other side shows a certificate, not the cluster's key");
    return std::nullopt;
}

/// Likewise where certificates decide: one side has them, the other a key.
std::optional<Error> other_way(SSL* session, int reason, const KeyChoice& choice) {
    if (!choice.foreign.empty())
        return set_up_otherwise(
            fmt::format("the other side shows a key named '{}', this one has certificates", choice.foreign));
    // Whoever has certificates shows one before it can complain about ours.
    const bool shown = SSL_get0_peer_certificate(session) != nullptr;
    if (reason == kAlertOffset + SSL_AD_HANDSHAKE_FAILURE && SSL_is_server(session) == 0 && !shown)
        return set_up_otherwise(
            "the other side shows no certificate (has it a key, or no cipher in common with this one?)");
    return std::nullopt;
}

}  // namespace

std::string refused_certificate(X509_STORE_CTX* verification) {
    const int error = X509_STORE_CTX_get_error(verification);
    const X509* certificate = X509_STORE_CTX_get_current_cert(verification);
    if (certificate == nullptr)
        return fmt::format("the other side's certificate is refused: {}", X509_verify_cert_error_string(error));
    const CertificateFacts facts = facts_of(certificate);
    const bool theirs = X509_STORE_CTX_get_error_depth(verification) == 0;
    const std::string which = fmt::format("the certificate of {}'{}' ", theirs ? "" : "the authority ", facts.subject);
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return which + "has expired on " + utc_text(facts.ends);
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return which + "is valid only from " + utc_text(facts.begins) + " on; compare the clocks of both hosts";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_CERT_UNTRUSTED:
            return foreign_certificate(verification);
        case X509_V_ERR_INVALID_PURPOSE:
            return which + "may not be used for this side of a connection (extendedKeyUsage: serverAuth, clientAuth)";
        default:
            return fmt::format("{}is refused: {}", which, X509_verify_cert_error_string(error));
    }
}

std::string wrong_name(X509* certificate, const TlsNames& names) {
    std::string wanted;
    for (const auto* group : {&names.commanding, &names.reading}) {
        for (const std::string& each : *group) wanted += (wanted.empty() ? "'" : ", '") + each + "'";
    }
    return fmt::format("the certificate of '{}' names nobody who may be there ({})", facts_of(certificate).subject,
                       wanted);
}

Error handshake_error(SSL* session, const KeyChoice& choice, const std::string& certificate) {
    const unsigned long error = ERR_peek_error();
    const std::string said = openssl_reason();
    const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
    auto known = choice.keys != nullptr ? refused_key(session, reason, choice) : other_way(session, reason, choice);
    if (known) return *std::move(known);
    return explained(session, error, said, certificate);
}

}  // namespace mmm::net
