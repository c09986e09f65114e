#include "net/link/line_server_impl.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <cerrno>
#include <chrono>
#include <utility>

#include "net/host/boot_clock.hpp"
#include "net/host/system_error.hpp"
#include "net/link/endpoint.hpp"
#include "net/link/tcp_options.hpp"
#include "net/link/tls_session.hpp"

namespace mmm::net {
namespace {

using asio::ip::tcp;

/// How long accepting rests after an error such as "too many open files", which repeats until something is closed.
constexpr std::chrono::milliseconds kAcceptPause{100};
/// What the kernel keeps for a connection each way, and doubles: lines are short, and without a limit a client that
/// doesn't read, or whose commands wait for that, would take megabytes of the kernel's memory for each connection.
constexpr int kKernelBufferBytes = 64 * 1024;

}  // namespace

LineServer::Impl::Impl(asio::io_context& loop, LineServerOptions options, LineServerHandlers handlers)
    : options_(std::move(options)),
      handlers_(std::make_shared<const LineServerHandlers>(std::move(handlers))),
      acceptor_(loop),
      retry_(loop),
      notices_(options_.limit_notice_interval, handlers_->on_limit) {}

Result<void> LineServer::Impl::listen() {
    if (auto opened = open(tcp::endpoint(to_asio(options_.ip), options_.port)); !opened) {
        asio::error_code ignored;
        acceptor_.close(ignored);
        return opened;
    }
    asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached);
    return {};
}

Result<void> LineServer::Impl::open(const tcp::endpoint& endpoint) {
    const std::string what = "cannot listen on " + endpoint_text(options_.ip, options_.port);
    asio::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (error) return tl::make_unexpected(link_error(what, error));
    close_on_exec(acceptor_.native_handle());
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    // Connections inherit them; the window that is offered follows from the first one.
    if (!error) acceptor_.set_option(asio::socket_base::receive_buffer_size(kKernelBufferBytes), error);
    if (!error) acceptor_.set_option(asio::socket_base::send_buffer_size(kKernelBufferBytes), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error.value() == EADDRINUSE) return fail(Code::busy, what + ": the port is in use", EADDRINUSE);
    if (error.value() == EADDRNOTAVAIL) {
        return fail(Code::not_found, what + ": no interface of this host has that address", EADDRNOTAVAIL);
    }
    if (error) return tl::make_unexpected(link_error(what, error));
    return {};
}

std::uint16_t LineServer::Impl::port() const {
    asio::error_code error;
    const auto endpoint = acceptor_.local_endpoint(error);
    return error ? std::uint16_t{0} : endpoint.port();
}

void LineServer::Impl::stop() {
    handlers_.reset();
    asio::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    for (auto& [id, connection] : connections_) connection.stream->abort({Code::cancelled, "stopped", 0});
}

asio::awaitable<void> LineServer::Impl::accept_loop(std::shared_ptr<Impl> self) {
    while (handlers_) {
        asio::error_code error;
        tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (!handlers_) co_return;
        if (!error) {
            accepted(std::move(socket));
            continue;
        }
        if (error == asio::error::connection_aborted) continue;
        limit("accept", "cannot accept a connection: " + errno_text(error.value()));
        retry_.expires_after(kAcceptPause);
        co_await retry_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    (void)self;
}

void LineServer::Impl::accepted(tcp::socket socket) {
    asio::error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) return;  // gone already
    close_on_exec(socket.native_handle());
    prepare_socket(socket);
    const Address peer = from_asio(remote.address());
    if (handlers_->admits && !handlers_->admits(peer)) {
        limit("stranger",
              "closed a connection from " + peer.text() +
                  ": it isn't the address of a configured host, and there is neither key nor certificate to "
                  "know it by");
        return;
    }
    const bool trusted = is_trusted(peer);
    if (!may_shake_hands(peer, trusted)) return;
    if (make_room(peer, trusted)) {
        add(std::move(socket), peer, trusted);
        return;
    }
    if (options_.tls) return;  // nothing can be said before the handshake
    // One try without waiting: who is refused shall not cost anything.
    socket.non_blocking(true, error);
    socket.write_some(asio::buffer(std::string_view("ERROR: too many connections, try again later\n")), error);
}

void LineServer::Impl::add(tcp::socket socket, const Address& peer, bool trusted) {
    const ConnectionId id = ++last_id_;
    std::unique_ptr<TlsSession> tls;
    if (options_.tls) tls = std::make_unique<TlsSession>(options_.tls, TlsSession::Side::server);
    auto stream = std::make_shared<LineStream>(std::move(socket), options_.max_queued, std::move(tls));
    stream->set_max_line(options_.max_line);
    if (options_.plain.contains(peer)) stream->allow_plain();
    connections_[id] = Connection{stream, peer, trusted ? peer : counted_as(peer), trusted};
    LineStream::Handlers handlers;
    const std::weak_ptr<Impl> weak = weak_from_this();
    handlers.on_secured = [weak, id] {
        if (const auto self = weak.lock()) self->secured(id);
    };
    handlers.on_line = [weak, id](std::string line) {
        if (const auto self = weak.lock()) self->line_came(id, std::move(line));
    };
    handlers.on_garbage = [weak, id](const Error& error) {
        if (const auto self = weak.lock()) self->garbage_came(id, error);
    };
    handlers.on_end = [weak, id](const Error& reason) {
        if (const auto self = weak.lock()) self->ended(id, reason);
    };
    stream->start(std::move(handlers));
    if (options_.tls) {
        stream->expire_after(options_.handshake_timeout, {Code::timeout, "no TLS handshake in time", 0});
    } else {
        secured(id);
    }
    const auto told = handlers_;
    if (told->on_open) told->on_open(id, peer);
}

void LineServer::Impl::secured(ConnectionId id) {
    const Connection* connection = find(id);
    if (connection == nullptr) return;
    connection->stream->expire_after(options_.first_line_timeout, {Code::timeout, "no complete line came in time", 0});
}

LineServer::Impl::Connection* LineServer::Impl::find(ConnectionId id) {
    const auto found = connections_.find(id);
    return found == connections_.end() || found->second.stream->ended() ? nullptr : &found->second;
}

void LineServer::Impl::mark_greeted(Connection& connection) {
    connection.greeted = connection.trusted = true;
    connection.place = connection.peer;
    greeted_last_ = connection.peer;
    connection.stream->never_expire();
    connection.stream->set_max_line(proto::kMaxLine);
}

void LineServer::Impl::set_tls(std::shared_ptr<const TlsContext> tls) {
    if (!options_.tls || !tls) return;
    options_.tls = std::move(tls);
    for (auto& [id, connection] : connections_) {
        const TlsSession* session = connection.stream->tls();
        if (session == nullptr || (session->established() && session->still_good(*options_.tls))) continue;
        connection.stream->abort({Code::refused, "its key is no longer in force", 0});
    }
}

void LineServer::Impl::line_came(ConnectionId id, std::string line) {
    Connection* connection = find(id);
    const auto told = handlers_;
    if (connection == nullptr || !told) return;
    connection->had_line = true;
    if (!connection->greeted) {
        connection->stream->expire_after(options_.idle_timeout, {Code::timeout, "idle for too long", 0});
    }
    if (told->on_line) told->on_line(id, std::move(line));
}

void LineServer::Impl::garbage_came(ConnectionId id, const Error& error) {
    Connection* connection = find(id);
    if (connection == nullptr) return;
    limit("garbage", "closed a connection from " + connection->peer.text() + ": " + error.message);
    connection->stream->send_line("ERROR: " + error.message);
    connection->stream->finish(error);
}

void LineServer::Impl::ended(ConnectionId id, const Error& reason) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    if (reason.code == Code::timeout && !found->second.greeted) {
        limit("time-out", "closed a connection from " + found->second.peer.text() + ": " + reason.message);
    }
    if (reason.code == Code::busy && found->second.had_line) {
        limit("slow", "closed a connection from " + found->second.peer.text() + ": " + reason.message);
    }
    if (!found->second.stream->secured() && (reason.code == Code::refused || reason.code == Code::invalid)) {
        limit("tls", "closed a connection from " + found->second.peer.text() + ": " + reason.message);
    }
    connections_.erase(found);
    const auto told = handlers_;
    if (told && told->on_close) told->on_close(id, reason);
}

void LineServer::Impl::limit(const std::string& kind, const std::string& text) {
    if (handlers_) notices_.tell(kind, text, boot_now());
}

}  // namespace mmm::net
