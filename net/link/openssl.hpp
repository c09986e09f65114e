#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "net/link/tls.hpp"

// OpenSSL's objects as owners, and what its errors say. For this room's sources only: it needs OpenSSL's headers.

namespace mmm::net {

template <auto Free>
struct OpensslDeleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using BioPointer = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using CertificatePointer = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using SslPointer = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;
using StorePointer = std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>>;
using StoreContextPointer = std::unique_ptr<X509_STORE_CTX, OpensslDeleter<X509_STORE_CTX_free>>;

CertificateFacts facts_of(const X509* certificate);

/// The reason of the oldest error in this thread's queue, which is emptied: "ee key too small".
std::string openssl_reason();

}  // namespace mmm::net
