#include "net/link/line_stream.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <utility>
#include <vector>

#include "core/base/check.hpp"
#include "net/link/endpoint.hpp"
#include "net/link/tcp_options.hpp"

namespace mmm::net {
namespace {

/// Lines delivered before others on the loop have a turn, so that a flood of commands delays no order.
constexpr int kLinesPerTurn = 16;
/// While more than this many bytes of answers wait, no further command is read.
constexpr std::size_t kPauseAbove = 64 * 1024;
/// After our last word, so much is read of what the peer still sends, so that it gets that word; one that goes on
/// gets a reset, and costs no more.
constexpr std::size_t kMostThrownAway = 256 * 1024;
/// A stalled process finds both its timer expired and bytes waiting: they get this long to be read first.
constexpr Duration kGraceForUnread{50};

}  // namespace

LineStream::LineStream(Socket socket, std::size_t max_queued, std::unique_ptr<TlsSession> tls)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      room_(socket_.get_executor()),
      max_queued_(max_queued),
      tls_(std::move(tls)) {}

void LineStream::start(Handlers handlers) {
    handlers_ = std::make_shared<Handlers>(std::move(handlers));
    asio::co_spawn(socket_.get_executor(), read_loop(shared_from_this()), asio::detached);
    if (tls_) write_queued();  // a client greets first
}

asio::awaitable<void> LineStream::read_loop(std::shared_ptr<LineStream> self) {
    while (!ended_) {
        asio::error_code error;
        const std::size_t size =
            co_await socket_.async_read_some(asio::buffer(input_), asio::redirect_error(asio::use_awaitable, error));
        if (ended_) co_return;
        if (error) {
            peer_closed_ = true;
            // A client may close its sending half and still wait for the answers.
            const Error reason = link_error(secured() ? "connection" : "TLS handshake", error);
            if (error == asio::error::eof) {
                finish(reason);
            } else {
                end(reason);
            }
            co_return;
        }
        if (finishing_) {
            thrown_away_ += size;
            if (thrown_away_ > kMostThrownAway) end(finish_reason_);
            continue;
        }
        const std::string_view bytes(input_.data(), size);
        if (plain_allowed_ && tls_ && !heard_ && !starts_like_tls(bytes)) be_plain();
        heard_ = heard_ || tls_ != nullptr;
        if (ended_) co_return;
        if (tls_) {
            co_await take_tls(bytes);
        } else {
            co_await take_plain(bytes);
        }
    }
    (void)self;
}

void LineStream::be_plain() {
    tls_.reset();
    const std::shared_ptr<Handlers> handlers = handlers_;
    handlers->on_secured();
}

asio::awaitable<void> LineStream::take_plain(std::string_view bytes) {
    if (!std::exchange(heard_, true) && starts_like_tls(bytes)) {
        const std::shared_ptr<Handlers> handlers = handlers_;
        handlers->on_garbage({Code::invalid, kPeerSpeaksTls, 0});
        co_return;
    }
    co_await deliver(bytes);
}

asio::awaitable<void> LineStream::take_tls(std::string_view bytes) {
    std::string text;
    const bool was_secured = tls_->established();
    const auto received = tls_->receive(bytes, text);
    write_queued();  // TLS answers by itself
    const std::shared_ptr<Handlers> handlers = handlers_;
    if (!was_secured && tls_->established() && !ended_) handlers->on_secured();
    if (!text.empty() && !ended_ && !finishing_) co_await deliver(text);
    if (!received) {
        finish(received.error());
    } else if (tls_->peer_closed()) {
        peer_closed_ = true;
        finish(link_error("connection", asio::error::eof));
    }
}

asio::awaitable<void> LineStream::deliver(std::string_view text) {
    std::vector<std::string> lines;
    const auto split = splitter_.feed(text, lines);
    const std::shared_ptr<Handlers> handlers = handlers_;
    int turn = 0;
    for (std::string& line : lines) {
        if (++turn % kLinesPerTurn == 0) co_await asio::post(socket_.get_executor(), asio::use_awaitable);
        if (waiting() > kPauseAbove) co_await wait_for_reader();
        if (ended_ || finishing_) co_return;
        handlers->on_line(std::move(line));
    }
    if (!split && !ended_ && !finishing_) handlers->on_garbage(split.error());
}

asio::awaitable<void> LineStream::wait_for_reader() {
    while (!ended_ && !finishing_ && waiting() > kPauseAbove) {
        asio::error_code cancelled;
        room_.expires_at(asio::steady_timer::time_point::max());
        co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void LineStream::send_line(std::string_view line) {
    MMM_CHECK(line.find('\n') == std::string_view::npos);
    if (line.size() + 1 > proto::kMaxLine) {
        end({Code::invalid, "our own line of " + std::to_string(line.size()) + " bytes is too long to be sent", 0});
        return;
    }
    send(std::string(line) + "\n");
}

void LineStream::send(std::string_view bytes) {
    if (ended_ || finishing_) return;
    if (waiting() + bytes.size() > max_queued_) {
        end({Code::busy, "the other side doesn't read: more than " + std::to_string(max_queued_) + " bytes are waiting",
             0});
        return;
    }
    queued_ += bytes;
    write_queued();
}

void LineStream::write_queued() {
    if (ended_ || !in_flight_.empty()) return;
    in_flight_ = next_output();
    if (in_flight_.empty()) {
        nothing_left_to_write();
        return;
    }
    asio::async_write(socket_, asio::buffer(in_flight_),
                      [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                          if (self->ended_) return;
                          self->in_flight_ = {};
                          self->room_.cancel();
                          if (error) {
                              self->end(link_error("connection", error));
                          } else {
                              self->write_queued();
                          }
                      });
}

std::string LineStream::next_output() {
    if (!tls_) return std::exchange(queued_, {});
    if (tls_->established()) {
        tls_->send(std::exchange(queued_, {}));
        if (finishing_) tls_->close();
    }
    return tls_->take_output();
}

void LineStream::nothing_left_to_write() {
    if (!finishing_) return;
    if (peer_closed_) {
        end(finish_reason_);
        return;
    }
    // Closing with unread input would reset the connection, and the peer would lose our last words: it is told the
    // end, and what it still sends is read until it closes as well, or the deadline.
    asio::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

void LineStream::finish(Error reason) {
    if (ended_) return;
    if (!finishing_) {
        finishing_ = true;
        finish_reason_ = std::move(reason);
        expire_after(kFinishDeadline, finish_reason_);
    }
    write_queued();
}

void LineStream::abort(Error reason) {
    end(std::move(reason));
}

void LineStream::expire_after(Duration span, Error reason) {
    if (ended_) return;
    expiry_reason_ = std::move(reason);
    grace_used_ = false;
    set_timer(span);
}

void LineStream::set_timer(Duration span) {
    timer_.expires_after(span);
    timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
        const auto self = weak.lock();
        if (!error && self && self->timer_.expiry() <= asio::steady_timer::clock_type::now()) self->on_expiry();
    });
}

void LineStream::never_expire() {
    if (finishing_) return;
    timer_.expires_at(asio::steady_timer::time_point::max());
}

void LineStream::on_expiry() {
    if (ended_) return;
    asio::error_code error;
    if (!finishing_ && !std::exchange(grace_used_, true) && socket_.available(error) > 0 && !error) {
        set_timer(kGraceForUnread);
        return;
    }
    end(expiry_reason_);
}

void LineStream::end(Error reason) {
    if (ended_) return;
    ended_ = true;
    asio::error_code ignored;
    // A regular end was said by finish(); any other is a reset, which also discards what the peer hasn't read.
    if (repeat_end_) {
        repeat_the_end(socket_.native_handle());
    } else if (!finishing_) {
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    }
    socket_.close(ignored);
    timer_.cancel();
    room_.cancel();
    queued_ = {};
    asio::post(socket_.get_executor(), [self = shared_from_this(), reason = std::move(reason)] {
        if (const auto handlers = std::exchange(self->handlers_, nullptr)) handlers->on_end(reason);
    });
}

}  // namespace mmm::net
