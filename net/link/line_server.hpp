#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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
struct TlsPeer;

/// One accepted connection; never used twice in a process.
using ConnectionId = std::uint64_t;

struct LineServerOptions {
    Address ip;              ///< where to listen
    std::uint16_t port = 0;  ///< 0: any free one
    /// The configured hosts' addresses. They have places of their own, so that strangers never keep them out.
    std::set<Address> trusted;
    std::size_t max_strangers = 256;        ///< connections of all other addresses together
    std::size_t max_per_address = 32;       ///< of one address, trusted or not; of strangers by IPv6: of one /64
    Duration handshake_timeout{2000};       ///< until the end of the TLS handshake
    std::size_t max_handshakes = 32;        ///< of strangers in a second, half of them of one address: each costs ms
    Duration first_line_timeout{5000};      ///< from then, or from the connection, until the first complete line
    Duration idle_timeout{60000};           ///< after a line, until the next; not once greeted
    std::size_t max_line = 4096;            ///< bytes with line end; once greeted proto::kMaxLine
    std::size_t max_queued = 1024 * 1024;   ///< bytes waiting for a client that doesn't read
    std::shared_ptr<const TlsContext> tls;  ///< nothing: plain text
    std::set<Address> plain;                ///< with TLS: where old programs are, which may speak plain text
    Duration limit_notice_interval{60 * 1000};  ///< each kind of limit is told at most once in this time
};

struct LineServerHandlers {
    /// May somebody from there connect at all? Empty: yes. Who may not is closed without a word.
    std::function<bool(const Address& peer)> admits;
    std::function<void(ConnectionId, const Address& peer)> on_open;
    std::function<void(ConnectionId, std::string line)> on_line;
    /// Once for each on_open, whoever ended it; never from inside a call of LineServer.
    std::function<void(ConnectionId, const Error& reason)> on_close;
    /// A limit was hit: a sentence for the log.
    std::function<void(const std::string&)> on_limit;
};

/// What a stranger's connections and handshakes are counted by: its address; with IPv6 the network of 64 bits, since
/// one machine has all of that to itself.
Address counted_as(const Address& stranger);

/// Accepts TCP connections that carry lines of text (core/proto/frame.hpp), within bounds on everything a stranger may
/// use up. When the places are full, the oldest connection without a complete line makes room, or else one of the
/// address that has most, for one that has fewer; a trusted address that uses up its own places loses its oldest
/// ungreeted one. What isn't a line is answered with one `ERROR: ...` and closed.
///
/// Used on the loop's thread only. Its functions may be called from the handlers; ids of closed connections are
/// ignored.
class LineServer {
  public:
    LineServer(asio::io_context& loop, LineServerOptions options, LineServerHandlers handlers);
    LineServer(LineServer&&) noexcept;
    LineServer& operator=(LineServer&&) noexcept;
    /// Closes all; no handler is called any more.
    ~LineServer();

    /// Errors: Code::busy (another process listens there: net/host/port_owner.hpp finds which), Code::not_found (no
    /// interface has the address), Code::permission, Code::io.
    Result<void> listen();
    /// The port listened on; 0 before listen().
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const;

    /// What handshakes are judged by from now on. Connections of which that would not accept what they have shown are
    /// reset, and those in the middle of a handshake. Without effect where there was no TLS.
    void set_tls(std::shared_ptr<const TlsContext> tls);
    /// Who is at the other end, as far as that was proved; nothing for plain text.
    [[nodiscard]] std::optional<TlsPeer> peer(ConnectionId id) const;

    /// Sends a line; its end is added.
    void send(ConnectionId id, std::string_view line);
    /// Sends bytes as they are.
    void send_raw(ConnectionId id, std::string_view bytes);
    /// This connection is a peer of ours: heartbeats, not the idle time-out, decide about it, and it keeps its place.
    /// Its address is trusted until one from another is greeted, so that strangers don't keep it out when it comes
    /// again.
    void mark_greeted(ConnectionId id);
    /// Closes after what was sent so far has gone out; no further line is delivered.
    void close(ConnectionId id, const std::string& reason);
    /// Resets at once; what was received and not delivered yet is thrown away.
    void close_now(ConnectionId id, const std::string& reason);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace mmm::net
