#include "net/link/blocking_stream.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "net/host/boot_clock.hpp"
#include "net/host/system_error.hpp"
#include "net/link/endpoint.hpp"

namespace mmm::net {
namespace {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

SocketAddress socket_address(const Address& address, std::uint16_t port) {
    SocketAddress result;
    if (address.is_v6()) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof v6.sin6_addr);
        std::memcpy(&result.storage, &v6, sizeof v6);
        result.size = sizeof v6;
    } else {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address.bytes().data(), sizeof v4.sin_addr);
        std::memcpy(&result.storage, &v4, sizeof v4);
        result.size = sizeof v4;
    }
    return result;
}

}  // namespace

Result<void> BlockingStream::wait_for(short events, Time deadline) const {
    while (true) {
        const auto left = deadline - boot_now();
        if (left <= Duration(0)) return fail(Code::timeout, "no answer in time");
        std::array<pollfd, 2> polled{{{socket_.get(), events, 0}, {cancel_fd_, POLLIN, 0}}};
        const auto wait = static_cast<int>(std::min<Duration::rep>(left.count(), 60000));
        const int ready = ::poll(polled.data(), polled.size(), wait);
        if (ready < 0 && errno != EINTR) return fail_with_errno("cannot wait", errno);
        if (polled[1].revents != 0) return fail(Code::cancelled, "cancelled");
        if (ready > 0 && polled[0].revents != 0) return {};
    }
}

Result<BlockingStream> BlockingStream::connect(const Address& address, std::uint16_t port, Duration limit,
                                               int cancel_fd) {
    const std::string what = "cannot connect to " + endpoint_text(address, port);
    const SocketAddress remote = socket_address(address, port);
    BlockingStream stream(
        FileDescriptor(::socket(remote.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), cancel_fd);
    const int socket = stream.socket_.get();
    if (!stream.socket_) return fail_with_errno(what, errno);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&remote.storage), remote.size) == 0) return stream;
    if (errno != EINPROGRESS) return fail_with_errno(what, errno);
    if (auto ready = stream.wait_for(POLLOUT, boot_now() + limit); !ready) {
        const bool late = ready.error().code == Code::timeout;
        const std::string why =
            late ? "no answer within " + std::to_string(limit.count()) + " ms" : ready.error().message;
        return fail(ready.error().code, what + ": " + why);
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail_with_errno(what, error);
    return stream;
}

Result<BlockingStream> BlockingStream::connect_local(const std::string& path, Duration limit, int cancel_fd) {
    const std::string what = "cannot connect to " + path;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return fail(Code::invalid, what + ": the path is too long");
    path.copy(static_cast<char*>(address.sun_path), path.size());
    BlockingStream stream(FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), cancel_fd);
    if (!stream.socket_) return fail_with_errno(what, errno);
    const Time deadline = boot_now() + limit;
    while (::connect(stream.socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        // Its queue is full: nothing tells when there is room.
        if (errno != EAGAIN) return fail_with_errno(what, errno);
        if (boot_now() >= deadline) return fail(Code::timeout, what + ": it takes no connection");
        ::poll(nullptr, 0, 10);
    }
    return stream;
}

Result<void> BlockingStream::secure(const std::shared_ptr<const TlsContext>& context, Time deadline) {
    tls_ = std::make_unique<TlsSession>(context, TlsSession::Side::client);
    while (true) {
        if (auto sent = send_bytes(tls_->take_output(), deadline); !sent) return sent;
        if (tls_->established()) return {};
        const auto bytes = receive_bytes(deadline);
        if (!bytes) return tl::make_unexpected(bytes.error());
        if (bytes->empty()) return fail(Code::unreachable, "it closed during the TLS handshake; its log may say why");
        if (auto received = tls_->receive(*bytes, early_); !received) {
            (void)send_bytes(tls_->take_output(), deadline);  // tells the other side as well
            return received;
        }
    }
}

Result<void> BlockingStream::send(std::string_view text, Time deadline) {
    if (!tls_) return send_bytes(text, deadline);
    tls_->send(text);
    return send_bytes(tls_->take_output(), deadline);
}

Result<bool> BlockingStream::receive(std::string& to, Time deadline) {
    if (!early_.empty()) {
        to += std::exchange(early_, {});
        return true;
    }
    if (tls_ && tls_->peer_closed()) return false;
    const auto bytes = receive_bytes(deadline);
    if (!bytes) return tl::make_unexpected(bytes.error());
    if (bytes->empty()) return false;
    if (tls_) {
        if (const auto received = tls_->receive(*bytes, to); !received) return tl::make_unexpected(received.error());
        if (const auto sent = send_bytes(tls_->take_output(), deadline); !sent)
            return tl::make_unexpected(sent.error());
        return true;
    }
    if (!std::exchange(heard_, true) && starts_like_tls(*bytes)) return fail(Code::invalid, kPeerSpeaksTls);
    to += *bytes;
    return true;
}

Result<void> BlockingStream::send_bytes(std::string_view bytes, Time deadline) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) return fail_with_errno("cannot send the command", errno);
        if (auto ready = wait_for(POLLOUT, deadline); !ready) return ready;
    }
    return {};
}

Result<std::string> BlockingStream::receive_bytes(Time deadline) const {
    std::string bytes(std::size_t{16} * 1024, '\0');
    while (true) {
        if (auto ready = wait_for(POLLIN, deadline); !ready) return tl::make_unexpected(ready.error());
        const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        if (size >= 0) {
            bytes.resize(static_cast<std::size_t>(size));
            return bytes;
        }
        if (errno != EAGAIN && errno != EINTR) return fail_with_errno("cannot read the answer", errno);
    }
}

}  // namespace mmm::net
