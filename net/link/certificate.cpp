#include <openssl/asn1.h>
#include <openssl/crypto.h>

#include <ctime>

#include "core/proto/utf8.hpp"
#include "net/link/openssl.hpp"
#include "net/link/tls_files.hpp"

namespace mmm::net {
namespace {

constexpr std::size_t kMostNameBytes = 100;

std::string common_name(const X509_NAME* name) {
    const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (size < 0) return {};
    std::string result(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return result;
}

std::string whole_name(const X509_NAME* name) {
    const BioPointer out(BIO_new(BIO_s_mem()));
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE) < 0) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

/// Whoever made the certificate chose the name: it may hold anything.
std::string name_of(const X509_NAME* name) {
    const std::string common = common_name(name);
    return proto::printable(common.empty() ? whole_name(name) : common, kMostNameBytes);
}

/// A moment that can't be read counts as long ago.
std::chrono::sys_seconds moment_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

}  // namespace

CertificateFacts facts_of(const X509* certificate) {
    return {name_of(X509_get_subject_name(certificate)), name_of(X509_get_issuer_name(certificate)),
            moment_of(X509_get0_notBefore(certificate)), moment_of(X509_get0_notAfter(certificate))};
}

std::string openssl_reason() {
    const unsigned long error = ERR_peek_error();
    ERR_clear_error();
    const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
    return reason == nullptr ? "no reason given" : reason;
}

std::string utc_text(std::chrono::sys_seconds moment) {
    const std::time_t seconds = moment.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts));
    return text;
}

Result<CertificateFacts> read_certificate(const std::string& path) {
    const auto certificates = read_certificates(path);
    if (!certificates) return tl::make_unexpected(certificates.error());
    return facts_of(certificates->front().get());
}

}  // namespace mmm::net
