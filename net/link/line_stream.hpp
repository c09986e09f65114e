#pragma once

#include <array>
#include <asio/awaitable.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/proto/frame.hpp"
#include "net/link/tls_session.hpp"

// For this room's sources only: it needs Asio's headers.

namespace mmm::net {

/// A connected socket (TCP or unix) that carries lines both ways, plain or inside TLS; the common part of server and
/// client. Lives on the loop's thread, kept alive by what it waits for. Any of its functions may be called from its
/// handlers.
class LineStream : public std::enable_shared_from_this<LineStream> {
  public:
    struct Handlers {
        /// The TLS handshake is done, or isn't going to be (allow_plain); never without TLS, where lines flow at once.
        /// A handshake that fails ends the connection.
        std::function<void()> on_secured;
        std::function<void(std::string)> on_line;
        /// What came isn't lines of text; nothing more is delivered. Calls finish() or abort().
        std::function<void(const Error&)> on_garbage;
        /// The connection is over: exactly once, and never from inside a call of this class.
        std::function<void(const Error&)> on_end;
    };

    using Socket = asio::generic::stream_protocol::socket;

    /// `max_queued`: bytes that may wait for a peer that doesn't read. `tls`: nothing for plain text.
    LineStream(Socket socket, std::size_t max_queued, std::unique_ptr<TlsSession> tls = nullptr);

    void start(Handlers handlers);

    /// A peer that begins in plain text is served so, instead of being told to speak TLS. Call it before start().
    void allow_plain() { plain_allowed_ = true; }

    /// Queues bytes. A full queue ends the connection with Code::busy.
    void send(std::string_view bytes);
    /// Queues a line; its end is added. A line that nobody would accept ends the connection with Code::invalid.
    void send_line(std::string_view line);

    /// Ends the connection after what is queued was sent; what still comes in is thrown away. Waits kFinishDeadline for
    /// a peer that doesn't take it.
    void finish(Error reason);
    /// Ends the connection at once with a reset; unread and unsent bytes are thrown away.
    void abort(Error reason);

    /// However it ends, the peer is told in a way that gets through a network that is cut just now: a reset is said
    /// once, and a peer that waits for a line without a deadline would never hear of it.
    void repeat_end() { repeat_end_ = true; }

    /// Ends it with `reason` unless called again (or never_expire) within `span`.
    void expire_after(Duration span, Error reason);
    void never_expire();

    /// The longest line accepted from now on, in bytes with its end.
    void set_max_line(std::size_t max_line) { splitter_.set_max_line(max_line); }

    [[nodiscard]] bool ended() const { return ended_; }
    /// Lines can flow: without TLS always, with it after the handshake. Until then what is sent waits.
    [[nodiscard]] bool secured() const { return !tls_ || tls_->established(); }
    /// What TLS knows of the peer; nullptr for plain text.
    [[nodiscard]] const TlsSession* tls() const { return tls_.get(); }
    /// Bytes that the peer hasn't taken yet.
    [[nodiscard]] std::size_t waiting() const { return queued_.size() + in_flight_.size(); }

    static constexpr Duration kFinishDeadline{1000};

  private:
    asio::awaitable<void> read_loop(std::shared_ptr<LineStream> self);
    void be_plain();
    asio::awaitable<void> take_plain(std::string_view bytes);
    asio::awaitable<void> take_tls(std::string_view bytes);
    asio::awaitable<void> deliver(std::string_view text);
    asio::awaitable<void> wait_for_reader();
    void set_timer(Duration span);
    void write_queued();
    std::string next_output();
    void nothing_left_to_write();
    void on_expiry();
    void end(Error reason);

    Socket socket_;
    asio::steady_timer timer_;
    asio::steady_timer room_;  ///< cancelled when the peer has taken enough of what is queued
    std::size_t max_queued_;
    std::unique_ptr<TlsSession> tls_;
    std::shared_ptr<Handlers> handlers_;
    proto::LineSplitter splitter_;
    std::array<char, 4096> input_{};
    std::string queued_;
    std::string in_flight_;
    Error expiry_reason_;
    Error finish_reason_;
    std::size_t thrown_away_ = 0;  ///< bytes, since finish()
    bool heard_ = false;
    bool plain_allowed_ = false;
    bool finishing_ = false;
    bool repeat_end_ = false;
    bool peer_closed_ = false;
    bool grace_used_ = false;
    bool ended_ = false;
};

}  // namespace mmm::net
