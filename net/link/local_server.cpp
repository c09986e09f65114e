#include "net/link/local_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <map>
#include <utility>

#include "net/host/system_error.hpp"
#include "net/link/line_stream.hpp"
#include "net/link/tcp_options.hpp"

namespace mmm::net {
namespace {

using asio::local::stream_protocol;

/// How long accepting rests after an error such as "too many open files".
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::size_t kMostGroups = 4096;
/// Who may do what is judged by who it is; the file itself is open to all.
constexpr mode_t kForAll = 0666;

/// Errors: the peer has gone.
Result<LocalPeer> peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return fail_with_errno("the peer's credentials", errno);
    LocalPeer peer{credentials.uid, {credentials.gid}, credentials.pid};
    std::vector<gid_t> groups(kMostGroups);
    size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0)
        return fail_with_errno("the peer's groups", errno);
    groups.resize(size / sizeof(gid_t));
    peer.groups.insert(peer.groups.end(), groups.begin(), groups.end());
    return peer;
}

}  // namespace

bool LocalPeer::in_group(std::uint32_t group) const {
    return std::ranges::find(groups, group) != groups.end();
}

class LocalServer::Impl : public std::enable_shared_from_this<LocalServer::Impl> {
  public:
    Impl(asio::io_context& loop, LocalServerOptions options, Handlers handlers)
        : options_(std::move(options)),
          handlers_(std::make_shared<const Handlers>(std::move(handlers))),
          acceptor_(loop),
          retry_(loop) {}

    Result<void> listen();
    void stop();
    LineStream* find(std::uint64_t id);

  private:
    struct Connection {
        std::shared_ptr<LineStream> stream;
        std::uint32_t user = 0;
    };

    Result<void> make_way();
    asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self);
    void accepted(stream_protocol::socket socket);
    [[nodiscard]] bool has_room(std::uint32_t user) const;
    void line_came(std::uint64_t id, std::string line);

    LocalServerOptions options_;
    std::shared_ptr<const Handlers> handlers_;  ///< empty once stopped
    stream_protocol::acceptor acceptor_;
    asio::steady_timer retry_;
    std::map<std::uint64_t, Connection> connections_;
    std::uint64_t last_id_ = 0;
    bool listening_ = false;
};

/// A socket that nobody listens on is what a killed process left.
Result<void> LocalServer::Impl::make_way() {
    struct stat found {};
    if (::lstat(options_.path.c_str(), &found) != 0) return {};
    if (!S_ISSOCK(found.st_mode))
        return fail(Code::invalid, options_.path + " isn't a socket; remove it, or write another control_socket");
    asio::error_code error;
    stream_protocol::socket probe(acceptor_.get_executor());
    probe.open(stream_protocol(), error);
    if (!error) probe.non_blocking(true, error);
    if (!error) probe.connect(stream_protocol::endpoint(options_.path), error);
    if (!error || error == asio::error::would_block || error == asio::error::try_again)
        return fail(Code::busy, options_.path + " is used by another process");
    if (::unlink(options_.path.c_str()) != 0) return fail_with_errno("cannot remove " + options_.path, errno);
    return {};
}

Result<void> LocalServer::Impl::listen() {
    if (options_.path.size() >= sizeof(sockaddr_un::sun_path))
        return fail(Code::invalid, options_.path + " is too long for a socket's path (107 bytes at most)");
    if (auto free = make_way(); !free) return free;
    asio::error_code error;
    acceptor_.open(stream_protocol(), error);
    if (!error) close_on_exec(acceptor_.native_handle());
    if (!error) acceptor_.bind(stream_protocol::endpoint(options_.path), error);
    if (!error) listening_ = true;
    if (!error && ::chmod(options_.path.c_str(), kForAll) != 0)
        error = asio::error_code(errno, asio::error::get_system_category());
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail_with_errno("cannot listen on " + options_.path, error.value());
    asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached);
    return {};
}

void LocalServer::Impl::stop() {
    handlers_.reset();
    asio::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    if (std::exchange(listening_, false)) ::unlink(options_.path.c_str());
    for (auto& [id, connection] : connections_) connection.stream->abort({Code::cancelled, "stopped", 0});
}

asio::awaitable<void> LocalServer::Impl::accept_loop(std::shared_ptr<Impl> self) {
    while (handlers_) {
        asio::error_code error;
        auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (!handlers_) co_return;
        if (!error) {
            accepted(std::move(socket));
            continue;
        }
        retry_.expires_after(kAcceptPause);
        co_await retry_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    (void)self;
}

bool LocalServer::Impl::has_room(std::uint32_t user) const {
    if (user == 0) return connections_.size() < 2 * options_.max_connections;
    const auto same =
        std::ranges::count_if(connections_, [user](const auto& each) { return each.second.user == user; });
    return connections_.size() < options_.max_connections && static_cast<std::size_t>(same) < options_.max_per_user;
}

void LocalServer::Impl::accepted(stream_protocol::socket socket) {
    close_on_exec(socket.native_handle());
    const auto peer = peer_of(socket.native_handle());
    if (!peer || !has_room(peer->user)) return;
    const std::uint64_t id = ++last_id_;
    auto stream = std::make_shared<LineStream>(LineStream::Socket(std::move(socket)), options_.max_queued);
    stream->set_max_line(options_.max_line);
    connections_[id] = {stream, peer->user};
    LineStream::Handlers handlers;
    const std::weak_ptr<Impl> weak = weak_from_this();
    handlers.on_line = [weak, id](std::string line) {
        if (const auto self = weak.lock()) self->line_came(id, std::move(line));
    };
    handlers.on_garbage = [weak, id](const Error& error) {
        const auto self = weak.lock();
        LineStream* garbled = self ? self->find(id) : nullptr;
        if (garbled == nullptr) return;
        garbled->send_line("ERROR: " + error.message);
        garbled->finish(error);
    };
    handlers.on_end = [weak, id](const Error&) {
        const auto self = weak.lock();
        if (!self) return;
        self->connections_.erase(id);
        if (const auto told = self->handlers_) told->on_close(id);
    };
    stream->start(std::move(handlers));
    stream->expire_after(options_.first_line_timeout, {Code::timeout, "no complete line came in time", 0});
    const auto told = handlers_;
    told->on_open(id, *peer);
}

LineStream* LocalServer::Impl::find(std::uint64_t id) {
    const auto found = connections_.find(id);
    return found == connections_.end() || found->second.stream->ended() ? nullptr : found->second.stream.get();
}

void LocalServer::Impl::line_came(std::uint64_t id, std::string line) {
    LineStream* stream = find(id);
    const auto told = handlers_;
    if (stream == nullptr || !told) return;
    stream->expire_after(options_.idle_timeout, {Code::timeout, "idle for too long", 0});
    told->on_line(id, std::move(line));
}

LocalServer::LocalServer(asio::io_context& loop, LocalServerOptions options, Handlers handlers)
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::move(handlers))) {}

LocalServer::~LocalServer() {
    impl_->stop();
}

Result<void> LocalServer::listen() {
    return impl_->listen();
}

void LocalServer::send_raw(std::uint64_t id, std::string_view bytes) {
    if (LineStream* stream = impl_->find(id)) stream->send(bytes);
}

void LocalServer::close(std::uint64_t id, const std::string& reason) {
    if (LineStream* stream = impl_->find(id)) stream->finish({Code::cancelled, reason, 0});
}

}  // namespace mmm::net
