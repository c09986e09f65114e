#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "core/config/config.hpp"
#include "net/link/openssl.hpp"
#include "tests/unit/cmd/scratch_folder.hpp"

namespace mmm::net {

/// What making a certificate for a test rests on; without Catch, for the fuzz targets make some as well.
inline void need(bool done, const std::string& what) {
    if (!done) throw std::runtime_error("cannot make a certificate: " + what);
}

/// A certificate to be made. The moments count from `now`.
struct CertificateWish {
    std::string name;
    std::chrono::seconds begins = -std::chrono::hours(1);
    std::chrono::seconds ends = std::chrono::hours(24 * 365);
    std::string usage = {};  ///< extendedKeyUsage; empty: any
    bool authority = false;
    unsigned rsa_bits = 0;  ///< 0: an elliptic curve, which is faster
    std::chrono::sys_seconds now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
};

struct Identity {
    CertificatePointer certificate;
    KeyPointer key;

    [[nodiscard]] std::string certificate_pem() const {
        const BioPointer out(BIO_new(BIO_s_mem()));
        need(PEM_write_bio_X509(out.get(), certificate.get()) == 1, "its text");
        return text_of(out);
    }
    /// `passphrase`: empty for none.
    [[nodiscard]] std::string key_pem(std::string passphrase = "") const {
        const BioPointer out(BIO_new(BIO_s_mem()));
        auto* bytes = reinterpret_cast<unsigned char*>(passphrase.data());
        const EVP_CIPHER* cipher = passphrase.empty() ? nullptr : EVP_aes_128_cbc();
        need(PEM_write_bio_PrivateKey(out.get(), key.get(), cipher, bytes, static_cast<int>(passphrase.size()), nullptr,
                                      nullptr) == 1,
             "its key's text");
        return text_of(out);
    }

  private:
    static std::string text_of(const BioPointer& bio) {
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &bytes);
        return {bytes, static_cast<std::size_t>(size)};
    }
};

inline void add_extension(X509* certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    need(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value);
    X509_EXTENSION_free(extension);
}

/// Makes a certificate signed by `issuer`; nullptr: by itself.
inline Identity make_identity(const CertificateWish& wish, const Identity* issuer = nullptr) {
    static long serial = 1;
    Identity made;
    made.key.reset(wish.rsa_bits > 0 ? EVP_RSA_gen(wish.rsa_bits) : EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    X509* certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    std::time_t now = wish.now.time_since_epoch().count();
    X509_time_adj_ex(X509_getm_notBefore(certificate), 0, wish.begins.count(), &now);
    X509_time_adj_ex(X509_getm_notAfter(certificate), 0, wish.ends.count(), &now);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(certificate, issuer == nullptr ? name : X509_get_subject_name(issuer->certificate.get()));
    add_extension(certificate, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!wish.usage.empty()) add_extension(certificate, NID_ext_key_usage, wish.usage);
    need(X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256()) > 0, "signing");
    return made;
}

/// An authority with its files, and those of whom it signs for, in a folder that goes away.
class Authority {
  public:
    explicit Authority(const std::string& name = "C1 CA") : Authority(CertificateWish{name}) {}
    explicit Authority(CertificateWish wish) : name_(wish.name) {
        wish.authority = true;
        self_ = make_identity(wish);
        ca_file_ = folder_.write("ca.pem", self_.certificate_pem(), 0644);
    }

    /// The files of a new certificate, as a configuration names them.
    config::Socket issue(const CertificateWish& wish) {
        const Identity identity = make_identity(wish, &self_);
        return write(wish.name, identity.certificate_pem(), identity.key_pem());
    }
    config::Socket write(const std::string& name, const std::string& certificate, const std::string& key) {
        config::Socket socket;
        socket.type = config::SocketType::ssl;
        socket.cert_file = folder_.write(name + ".pem", certificate, 0644);
        socket.key_file = folder_.write(name + ".key", key, 0600);
        socket.ca_file = ca_file_;
        return socket;
    }
    std::shared_ptr<const TlsContext> context(const CertificateWish& wish) {
        auto loaded = TlsContext::load(issue(wish));
        need(loaded.has_value(), loaded ? "" : loaded.error().message);
        return std::move(*loaded);
    }
    [[nodiscard]] const Identity& self() const { return self_; }
    [[nodiscard]] const std::string& ca_file() const { return ca_file_; }
    [[nodiscard]] test::Folder& folder() { return folder_; }

  private:
    test::Folder folder_;
    std::string name_;
    Identity self_;
    std::string ca_file_;
};

}  // namespace mmm::net
