#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

class TlsContext;

struct LineClientOptions {
    Address ip;
    std::uint16_t port = 0;
    std::optional<Address> source;          ///< bind this side to it; nothing: the kernel chooses
    std::shared_ptr<const TlsContext> tls;  ///< nothing: plain text
    Duration connect_timeout{500};
    Duration handshake_timeout{2000};  ///< of TLS, after connecting
    Duration first_retry{100};         ///< pause after the first failure; doubles up to `last_retry`
    Duration last_retry{1000};
    Duration silence{1500};                ///< closes when no line came for this long
    bool repeat_end = false;               ///< see LineStream::repeat_end
    std::size_t max_queued = 1024 * 1024;  ///< bytes waiting for a peer that doesn't read
};

struct LineClientHandlers {
    std::function<void()> on_open;
    std::function<void(std::string line)> on_line;
    /// The connection ended, or an attempt to connect failed; the next attempt follows by itself. Codes:
    /// unreachable (detail ECONNREFUSED: the host answers, but no agent; ECONNRESET; no route), timeout (connecting,
    /// silence, or nothing acknowledged), busy (the peer doesn't read), invalid (what came isn't lines of text, or not
    /// TLS), refused (one side refuses the other's certificate), cancelled (close_now). Never called from inside a call
    /// of LineClient.
    std::function<void(const Error& reason)> on_close;
};

/// Keeps one connection to a line server, and connects again whenever it ends.
///
/// Used on the loop's thread only. Its functions may be called from the handlers.
class LineClient {
  public:
    LineClient(asio::io_context& loop, const LineClientOptions& options, LineClientHandlers handlers);
    LineClient(LineClient&&) noexcept;
    LineClient& operator=(LineClient&&) noexcept;
    /// Resets the connection; no handler is called any more.
    ~LineClient();

    /// Begins to connect. Call once.
    void start();
    [[nodiscard]] bool connected() const;

    /// Sends a line; its end is added. Without a connection nothing happens: on_open is the place to begin anew.
    void send(std::string_view line);
    /// What handshakes are judged by from now on. A connection with a key that is no longer in force is reset, and made
    /// again. Without effect where there was no TLS.
    void set_tls(std::shared_ptr<const TlsContext> tls);
    /// Resets the connection; what was received and not delivered yet is thrown away, because it may be stale.
    void close_now(const std::string& reason);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace mmm::net
