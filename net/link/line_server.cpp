#include "net/link/line_server.hpp"

#include <utility>

#include "net/link/line_server_impl.hpp"
#include "net/link/tls.hpp"
#include "net/link/tls_session.hpp"

namespace mmm::net {

LineServer::LineServer(asio::io_context& loop, LineServerOptions options, LineServerHandlers handlers)
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::move(handlers))) {}

LineServer::LineServer(LineServer&&) noexcept = default;

LineServer& LineServer::operator=(LineServer&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->stop();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

LineServer::~LineServer() {
    if (impl_) impl_->stop();
}

Result<void> LineServer::listen() {
    return impl_->listen();
}

std::uint16_t LineServer::port() const {
    return impl_->port();
}

std::size_t LineServer::connections() const {
    return impl_->count();
}

void LineServer::set_tls(std::shared_ptr<const TlsContext> tls) {
    impl_->set_tls(std::move(tls));
}

std::optional<TlsPeer> LineServer::peer(ConnectionId id) const {
    const auto* connection = impl_->find(id);
    const TlsSession* session = connection == nullptr ? nullptr : connection->stream->tls();
    if (session == nullptr || !session->established()) return std::nullopt;
    return session->peer();
}

void LineServer::send(ConnectionId id, std::string_view line) {
    if (auto* connection = impl_->find(id)) connection->stream->send_line(line);
}

void LineServer::send_raw(ConnectionId id, std::string_view bytes) {
    if (auto* connection = impl_->find(id)) connection->stream->send(bytes);
}

void LineServer::mark_greeted(ConnectionId id) {
    if (auto* connection = impl_->find(id)) impl_->mark_greeted(*connection);
}

void LineServer::close(ConnectionId id, const std::string& reason) {
    if (auto* connection = impl_->find(id)) connection->stream->finish({Code::cancelled, reason, 0});
}

void LineServer::close_now(ConnectionId id, const std::string& reason) {
    if (auto* connection = impl_->find(id)) connection->stream->abort({Code::cancelled, reason, 0});
}

}  // namespace mmm::net
