#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm::net {

class TlsContext;
struct TlsPeer;

/// One TLS connection without a socket: whoever has the socket carries the bytes. receive() takes what came from it,
/// take_output() gives what has to go out, after every call of another function.
class TlsSession {
  public:
    enum class Side { server, client };  ///< who accepted the connection, and who opened it

    TlsSession(std::shared_ptr<const TlsContext> context, Side side);
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;
    ~TlsSession();

    /// Takes bytes from the other side and appends to `text` what they say. An error ends the session; what `text` got
    /// before is valid. Errors: Code::refused (one side refuses the other's certificate, version or ciphers; the
    /// message says who and why), Code::invalid (that isn't TLS).
    Result<void> receive(std::string_view bytes, std::string& text);

    /// Says `text` to the other side. Precondition: established().
    void send(std::string_view text);
    /// Says that nothing more is coming; without effect when said before, or when there is no session.
    void close();
    std::string take_output();

    /// Both sides have shown their keys or certificates, and ours accepts the other's. (A server may yet refuse our
    /// certificate: with TLS 1.3 that is heard with the first bytes received.)
    [[nodiscard]] bool established() const;
    /// Who is at the other end. Precondition: established().
    [[nodiscard]] TlsPeer peer() const;
    /// Would `now` accept what the other side has shown? False once its key was taken out of force, or when keys took
    /// the place of certificates; certificates are judged anew with the next connection only.
    [[nodiscard]] bool still_good(const TlsContext& now) const;
    /// The other side has said that nothing more is coming.
    [[nodiscard]] bool peer_closed() const;

  private:
    struct State;
    Result<void> shake_hands();
    Result<void> decrypt(std::string& text);
    Error failure();
    void fetch_output();

    std::unique_ptr<State> state_;
};

/// Whether the first bytes that a plain connection brings are those of TLS: a greeting, or a complaint about ours.
bool starts_like_tls(std::string_view first_bytes);

/// What to tell whoever runs the plain side then.
inline constexpr const char* kPeerSpeaksTls =
    "the other side speaks TLS; this one has neither key nor certificates (see [security] in its configuration)";

}  // namespace mmm::net
