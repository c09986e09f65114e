#include "net/link/line_client.hpp"

#include <algorithm>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <utility>

#include "net/link/endpoint.hpp"
#include "net/link/line_stream.hpp"
#include "net/link/tcp_options.hpp"
#include "net/link/tls_session.hpp"

namespace mmm::net {

using asio::ip::tcp;

class LineClient::Impl : public std::enable_shared_from_this<LineClient::Impl> {
  public:
    Impl(asio::io_context& loop, const LineClientOptions& options, LineClientHandlers handlers)
        : options_(options),
          handlers_(std::make_shared<const LineClientHandlers>(std::move(handlers))),
          name_(endpoint_text(options_.ip, options_.port)),
          socket_(loop),
          timer_(loop),
          pause_(options_.first_retry) {}

    void start() { asio::co_spawn(timer_.get_executor(), run(shared_from_this()), asio::detached); }
    void stop();
    void set_tls(std::shared_ptr<const TlsContext> tls);
    [[nodiscard]] LineStream* stream() const { return stream_ && !stream_->ended() ? stream_.get() : nullptr; }

  private:
    asio::awaitable<void> run(std::shared_ptr<Impl> self);
    asio::awaitable<Result<void>> connect();
    asio::error_code open_socket();
    asio::awaitable<Error> converse();
    [[nodiscard]] Error late_handshake() const;
    void opened();
    void expect_a_line();
    void line_came(std::string line);

    LineClientOptions options_;
    std::shared_ptr<const LineClientHandlers> handlers_;  ///< empty once stopped
    std::string name_;
    tcp::socket socket_;  ///< while connecting
    asio::steady_timer timer_;
    std::shared_ptr<LineStream> stream_;
    std::optional<Error> stream_end_;
    Duration pause_;
    bool connecting_ = false;
    bool timed_out_ = false;
};

asio::awaitable<void> LineClient::Impl::run(std::shared_ptr<Impl> self) {
    co_await asio::post(timer_.get_executor(), asio::use_awaitable);
    while (handlers_) {
        const Result<void> connected = co_await connect();
        if (!handlers_) co_return;
        // Not as a conditional expression: GCC 12 destroys the result of a co_await in one of its branches twice.
        Error reason;
        if (connected) {
            reason = co_await converse();
        } else {
            reason = connected.error();
        }
        const auto told = handlers_;
        if (told && told->on_close) told->on_close(reason);
        if (!handlers_) co_return;
        asio::error_code cancelled;
        timer_.expires_after(pause_);
        pause_ = std::min(pause_ * 2, options_.last_retry);
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    (void)self;
}

asio::error_code LineClient::Impl::open_socket() {
    const tcp::endpoint remote(to_asio(options_.ip), options_.port);
    asio::error_code error;
    socket_ = tcp::socket(timer_.get_executor());
    socket_.open(remote.protocol(), error);
    if (error) return error;
    close_on_exec(socket_.native_handle());
    prepare_socket(socket_);
    if (options_.source) socket_.bind(tcp::endpoint(to_asio(*options_.source), 0), error);
    return error;
}

asio::awaitable<Result<void>> LineClient::Impl::connect() {
    const std::string what = "cannot connect to " + name_;
    asio::error_code error = open_socket();
    if (error) co_return tl::make_unexpected(link_error(what, error));
    connecting_ = true;
    timed_out_ = false;
    timer_.expires_after(options_.connect_timeout);
    timer_.async_wait([weak = weak_from_this()](const asio::error_code& cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self || !self->connecting_) return;
        self->timed_out_ = true;
        asio::error_code ignored;
        self->socket_.close(ignored);
    });
    co_await socket_.async_connect(tcp::endpoint(to_asio(options_.ip), options_.port),
                                   asio::redirect_error(asio::use_awaitable, error));
    connecting_ = false;
    timer_.cancel();
    if (timed_out_) {
        co_return fail(Code::timeout,
                       what + ": no answer within " + std::to_string(options_.connect_timeout.count()) + " ms");
    }
    if (error) co_return tl::make_unexpected(link_error(what, error));
    co_return Result<void>();
}

asio::awaitable<Error> LineClient::Impl::converse() {
    std::unique_ptr<TlsSession> tls;
    if (options_.tls) tls = std::make_unique<TlsSession>(options_.tls, TlsSession::Side::client);
    stream_ = std::make_shared<LineStream>(std::move(socket_), options_.max_queued, std::move(tls));
    if (options_.repeat_end) stream_->repeat_end();
    stream_end_.reset();
    LineStream::Handlers handlers;
    const std::weak_ptr<Impl> weak = weak_from_this();
    handlers.on_secured = [weak] {
        if (const auto self = weak.lock()) self->opened();
    };
    handlers.on_line = [weak](std::string line) {
        if (const auto self = weak.lock()) self->line_came(std::move(line));
    };
    handlers.on_garbage = [weak](const Error& error) {
        const auto self = weak.lock();
        if (self && self->stream_) self->stream_->abort(error);
    };
    handlers.on_end = [weak](const Error& reason) {
        const auto self = weak.lock();
        if (!self) return;
        self->stream_end_ = reason;
        self->timer_.cancel();
    };
    stream_->start(std::move(handlers));
    if (options_.tls) {
        stream_->expire_after(options_.handshake_timeout, late_handshake());
    } else {
        opened();
    }
    while (!stream_end_) {
        asio::error_code cancelled;
        timer_.expires_at(asio::steady_timer::time_point::max());
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    stream_.reset();
    co_return *stream_end_;
}

Error LineClient::Impl::late_handshake() const {
    return {Code::timeout,
            name_ + " didn't finish the TLS handshake within " + std::to_string(options_.handshake_timeout.count()) +
                " ms (is socket type plain there?)",
            0};
}

void LineClient::Impl::opened() {
    const auto told = handlers_;
    if (!told || stream() == nullptr) return;
    expect_a_line();
    if (told->on_open) told->on_open();
}

void LineClient::Impl::expect_a_line() {
    stream_->expire_after(
        options_.silence,
        {Code::timeout, name_ + " said nothing for " + std::to_string(options_.silence.count()) + " ms", 0});
}

void LineClient::Impl::line_came(std::string line) {
    const auto told = handlers_;
    if (!told || stream() == nullptr) return;
    pause_ = options_.first_retry;
    expect_a_line();
    if (told->on_line) told->on_line(std::move(line));
}

void LineClient::Impl::set_tls(std::shared_ptr<const TlsContext> tls) {
    if (!options_.tls || !tls) return;
    options_.tls = std::move(tls);
    LineStream* current = stream();
    const TlsSession* session = current == nullptr ? nullptr : current->tls();
    if (session == nullptr || (session->established() && session->still_good(*options_.tls))) return;
    current->abort({Code::refused, "its key is no longer in force", 0});
}

void LineClient::Impl::stop() {
    handlers_.reset();
    asio::error_code ignored;
    if (socket_.is_open()) socket_.close(ignored);
    if (stream_) stream_->abort({Code::cancelled, "stopped", 0});
    timer_.cancel();
}

LineClient::LineClient(asio::io_context& loop, const LineClientOptions& options, LineClientHandlers handlers)
    : impl_(std::make_shared<Impl>(loop, options, std::move(handlers))) {}

LineClient::LineClient(LineClient&&) noexcept = default;

LineClient& LineClient::operator=(LineClient&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->stop();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

LineClient::~LineClient() {
    if (impl_) impl_->stop();
}

void LineClient::start() {
    impl_->start();
}

bool LineClient::connected() const {
    const LineStream* stream = impl_->stream();
    return stream != nullptr && stream->secured();
}

void LineClient::set_tls(std::shared_ptr<const TlsContext> tls) {
    impl_->set_tls(std::move(tls));
}

void LineClient::send(std::string_view line) {
    if (connected()) impl_->stream()->send_line(line);
}

void LineClient::close_now(const std::string& reason) {
    if (LineStream* stream = impl_->stream()) stream->abort({Code::cancelled, reason, 0});
}

}  // namespace mmm::net
