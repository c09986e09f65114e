#include "net/link/tls_session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/check.hpp"
#include "net/link/openssl.hpp"
#include "net/link/shared_keys.hpp"
#include "net/link/tls.hpp"
#include "net/link/tls_error.hpp"

namespace mmm::net {
namespace {

/// What one record holds at most.
constexpr std::size_t kRecord = 16 * 1024;
/// The first byte of a record that greets or complains.
constexpr char kHandshake = 0x16;
constexpr char kAlert = 0x15;
constexpr char kVersionMajor = 0x03;

constexpr const char* kPlainHint =
    "ERROR: this port takes nothing but TLS, with the cluster's key or a certificate; see [security] or [socket] in "
    "its "
    "configuration\n";

/// A record of TLS never begins with a byte that a text begins with.
bool starts_like_text(std::string_view first_bytes) {
    const char first = first_bytes.front();
    return (first >= ' ' && first <= '~') || first == '\t' || first == '\r' || first == '\n';
}

}  // namespace

struct TlsSession::State {
    std::shared_ptr<const TlsContext> context;
    Side side = Side::server;
    SslPointer ssl;
    BIO* in = nullptr;   ///< owned by `ssl`
    BIO* out = nullptr;  ///< likewise
    std::string output;
    std::string refusal;  ///< of the other side's certificate
    KeyChoice choice;
    std::string name;  ///< that the other side's certificate has, where names count
    bool heard = false;
    bool established = false;
    bool peer_closed = false;
    bool over = false;  ///< nothing can be sent any more

    /// OpenSSL asks this for each certificate.
    static int on_certificate(int accepted, X509_STORE_CTX* verification) {
        const int index = SSL_get_ex_data_X509_STORE_CTX_idx();
        const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(verification, index));
        auto& state = *static_cast<State*>(SSL_get_app_data(ssl));
        if (accepted == 0) state.refusal = refused_certificate(verification);
        if (accepted == 0 || X509_STORE_CTX_get_error_depth(verification) != 0) return accepted;
        return state.takes_name(verification) ? 1 : 0;
    }

    /// Where names count, one of them has to be in the certificate.
    bool takes_name(X509_STORE_CTX* verification) {
        const TlsNames& names = context->names();
        if (names.commanding.empty() && names.reading.empty()) return true;
        X509* certificate = X509_STORE_CTX_get_current_cert(verification);
        for (const auto* group : {&names.commanding, &names.reading}) {
            for (const std::string& each : *group) {
                if (X509_check_host(certificate, each.c_str(), each.size(), 0, nullptr) != 1) continue;
                name = each;
                return true;
            }
        }
        X509_STORE_CTX_set_error(verification, X509_V_ERR_HOSTNAME_MISMATCH);
        refusal = wrong_name(certificate, names);
        return false;
    }
};

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, Side side) : state_(std::make_unique<State>()) {
    state_->context = std::move(context);
    state_->side = side;
    state_->ssl.reset(SSL_new(state_->context->native()));
    state_->in = BIO_new(BIO_s_mem());
    state_->out = BIO_new(BIO_s_mem());
    // Only memory can be missing, and then there is no going on.
    MMM_CHECK(state_->ssl && state_->in != nullptr && state_->out != nullptr);
    SSL* ssl = state_->ssl.get();
    SSL_set_bio(ssl, state_->in, state_->out);
    SSL_set_app_data(ssl, state_.get());
    SSL_set_verify(ssl, SSL_get_verify_mode(ssl), &State::on_certificate);
    state_->choice.keys = state_->context->keys();
    state_->choice.attach(ssl);
    if (side == Side::server) {
        SSL_set_accept_state(ssl);
    } else {
        SSL_set_connect_state(ssl);
        if (const auto begun = shake_hands(); !begun) state_->over = true;
    }
}

TlsSession::~TlsSession() = default;

bool TlsSession::established() const {
    return state_->established;
}

TlsPeer TlsSession::peer() const {
    MMM_CHECK(state_->established);
    if (const SharedKey* key = state_->choice.chosen) return {key->name, key->may_command};
    const auto& reading = state_->context->names().reading;
    return {state_->name, std::ranges::find(reading, state_->name) == reading.end()};
}

bool TlsSession::still_good(const TlsContext& now) const {
    const SharedKey* key = state_->choice.chosen;
    if (key == nullptr || now.keys() == nullptr) return key == nullptr && now.keys() == nullptr;
    return std::ranges::any_of(*now.keys(), [key](const SharedKey& each) {
        return each.identity == key->identity && each.may_command == key->may_command &&
               CRYPTO_memcmp(each.secret.data(), key->secret.data(), key->secret.size()) == 0;
    });
}

bool TlsSession::peer_closed() const {
    return state_->peer_closed;
}

Result<void> TlsSession::receive(std::string_view bytes, std::string& text) {
    if (bytes.empty() || state_->over) return {};
    if (!std::exchange(state_->heard, true) && starts_like_text(bytes)) {
        state_->over = true;
        if (state_->side == Side::server) state_->output = kPlainHint;
        return fail(Code::invalid, "the other side speaks no TLS (has it neither key nor certificates?)");
    }
    MMM_CHECK(BIO_write(state_->in, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size()));
    if (!state_->established) {
        if (auto done = shake_hands(); !done || !state_->established) return done;
    }
    return decrypt(text);
}

Result<void> TlsSession::shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(state_->ssl.get());
    const int error = SSL_get_error(state_->ssl.get(), result);
    fetch_output();
    // A handshake of keys that ended without one has proved nothing. (OpenSSL lets none end so.)
    MMM_CHECK(result != 1 || state_->context->keys() == nullptr || SSL_session_reused(state_->ssl.get()) == 1);
    if (result == 1) state_->established = true;
    if (result == 1 || error == SSL_ERROR_WANT_READ) return {};
    return tl::make_unexpected(failure());
}

Result<void> TlsSession::decrypt(std::string& text) {
    std::array<char, kRecord> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
    while (true) {
        ERR_clear_error();
        std::size_t size = 0;
        const int result = SSL_read_ex(state_->ssl.get(), buffer.data(), buffer.size(), &size);
        const int error = SSL_get_error(state_->ssl.get(), result);
        fetch_output();  // answers to what TLS itself says
        if (result == 1) {
            text.append(buffer.data(), size);
            continue;
        }
        if (error == SSL_ERROR_WANT_READ) return {};
        if (error == SSL_ERROR_ZERO_RETURN) {
            state_->peer_closed = true;
            return {};
        }
        return tl::make_unexpected(failure());
    }
}

Error TlsSession::failure() {
    state_->over = true;
    return handshake_error(state_->ssl.get(), state_->choice, state_->refusal);
}

void TlsSession::send(std::string_view text) {
    MMM_CHECK(state_->established);
    while (!text.empty() && !state_->over) {
        // A record at a time, so that OpenSSL's buffer stays small.
        std::size_t written = 0;
        ERR_clear_error();
        const auto part = text.substr(0, kRecord);
        if (SSL_write_ex(state_->ssl.get(), part.data(), part.size(), &written) != 1) {
            ERR_clear_error();
            state_->over = true;
            return;
        }
        fetch_output();
        text.remove_prefix(written);
    }
}

void TlsSession::close() {
    if (state_->over) return;
    state_->over = true;
    if (!state_->established) return;
    SSL_shutdown(state_->ssl.get());
    ERR_clear_error();
    fetch_output();
}

void TlsSession::fetch_output() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(state_->out, &bytes);
    if (size <= 0) return;
    state_->output.append(bytes, static_cast<std::size_t>(size));
    (void)BIO_reset(state_->out);
}

std::string TlsSession::take_output() {
    return std::exchange(state_->output, {});
}

bool starts_like_tls(std::string_view first_bytes) {
    if (first_bytes.empty()) return false;
    const bool record = first_bytes[0] == kHandshake || first_bytes[0] == kAlert;
    return record && (first_bytes.size() == 1 || first_bytes[1] == kVersionMajor);
}

}  // namespace mmm::net
