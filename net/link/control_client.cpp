#include "net/link/control_client.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "net/host/boot_clock.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/host/system_error.hpp"
#include "net/link/endpoint.hpp"
#include "net/link/resolve.hpp"

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

/// Waits until the socket is ready for `events`. Errors: Code::timeout, Code::cancelled, Code::io.
Result<void> wait_for(int socket, short events, Time deadline, int cancel_fd) {
    while (true) {
        const auto left = deadline - boot_now();
        if (left <= Duration(0)) return fail(Code::timeout, "no answer in time");
        std::array<pollfd, 2> polled{{{socket, events, 0}, {cancel_fd, POLLIN, 0}}};
        const auto wait = static_cast<int>(std::min<Duration::rep>(left.count(), 60000));
        const int ready = ::poll(polled.data(), polled.size(), wait);
        if (ready < 0 && errno != EINTR) return fail_with_errno("cannot wait", errno);
        if (polled[1].revents != 0) return fail(Code::cancelled, "cancelled");
        if (ready > 0 && polled[0].revents != 0) return {};
    }
}

Result<FileDescriptor> connect_to(const Address& address, std::uint16_t port, Duration limit, int cancel_fd) {
    const std::string what = "cannot connect to " + endpoint_text(address, port);
    const SocketAddress remote = socket_address(address, port);
    FileDescriptor socket(::socket(remote.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return fail_with_errno(what, errno);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&remote.storage), remote.size) == 0) return socket;
    if (errno != EINPROGRESS) return fail_with_errno(what, errno);
    if (auto ready = wait_for(socket.get(), POLLOUT, boot_now() + limit, cancel_fd); !ready) {
        const bool late = ready.error().code == Code::timeout;
        const std::string why =
            late ? "no answer within " + std::to_string(limit.count()) + " ms" : ready.error().message;
        return fail(ready.error().code, what + ": " + why);
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail_with_errno(what, error);
    return socket;
}

Result<FileDescriptor> connect_to_any(const ControlEndpoint& endpoint, const ControlLimits& limits) {
    const auto addresses = resolve_host(endpoint.host, limits.resolve_timeout);
    if (!addresses) return tl::make_unexpected(addresses.error());
    Error last{Code::not_found, "'" + endpoint.host + "' has no address", 0};
    for (const Address& address : *addresses) {
        auto socket = connect_to(address, endpoint.port, limits.connect_timeout, limits.cancel_fd);
        if (socket || socket.error().code == Code::cancelled) return socket;
        last = socket.error();
    }
    return tl::make_unexpected(last);
}

Result<void> send_all(int socket, std::string_view bytes, Time deadline, int cancel_fd) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) return fail_with_errno("cannot send the command", errno);
        if (auto ready = wait_for(socket, POLLOUT, deadline, cancel_fd); !ready) return ready;
    }
    return {};
}

Result<std::string> receive_all(int socket, const ControlLimits& limits, Time deadline) {
    std::string answer;
    std::array<char, 16384> buffer{};
    while (true) {
        if (auto ready = wait_for(socket, POLLIN, deadline, limits.cancel_fd); !ready) {
            return tl::make_unexpected(ready.error());
        }
        const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (size == 0) return answer;
        if (size < 0) {
            if (errno == EAGAIN || errno == EINTR) continue;
            return fail_with_errno("cannot read the answer", errno);
        }
        if (answer.size() + static_cast<std::size_t>(size) > limits.max_answer) {
            return fail(Code::invalid, "the answer is longer than " + std::to_string(limits.max_answer) + " bytes");
        }
        answer.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

}  // namespace

std::string ControlEndpoint::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ControlEndpoint> parse_control_endpoint(std::string_view text, std::uint16_t default_port) {
    const auto refuse = [&](const std::string& why) {
        return fail(Code::invalid, "'" + std::string(text) + "' isn't HOST:PORT or [IPV6]:PORT: " + why);
    };
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return refuse("']' is missing");
        host = text.substr(1, end - 1);
        const std::string_view rest = text.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) return refuse("after ']' only ':PORT' may stand");
        has_port = !rest.empty();
        port = has_port ? rest.substr(1) : rest;
        const auto address = Address::parse(host);
        if (!address || !address->is_v6()) return refuse("between the brackets is no IPv6 address");
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        has_port = true;
        host = text.substr(0, text.find(':'));
        port = text.substr(text.find(':') + 1);
    } else if (text.find(':') != std::string_view::npos && !Address::parse(text)) {
        return refuse("too many colons");
    }
    if (host.empty()) return refuse("the host is missing");
    ControlEndpoint endpoint{std::string(host), default_port};
    if (has_port) {
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
        if (error != std::errc() || end != port.data() + port.size() || endpoint.port == 0) {
            return refuse("a port is a number from 1 to 65535");
        }
    }
    return endpoint;
}

Result<std::string> ask_monitor(const ControlEndpoint& endpoint, std::string_view command,
                                const ControlLimits& limits) {
    const auto socket = connect_to_any(endpoint, limits);
    if (!socket) return tl::make_unexpected(socket.error());
    const Time deadline = boot_now() + limits.answer_timeout;
    Result<std::string> answer;
    if (auto sent = send_all(socket->get(), std::string(command) + "\nquit\n", deadline, limits.cancel_fd); !sent) {
        answer = tl::make_unexpected(sent.error());
    } else {
        answer = receive_all(socket->get(), limits, deadline);
    }
    if (answer || answer.error().code == Code::cancelled) return answer;
    const bool late = answer.error().code == Code::timeout;
    const std::string why =
        late ? "no answer within " + std::to_string(limits.answer_timeout.count()) + " ms" : answer.error().message;
    return fail(answer.error().code, "connected to " + endpoint.text() + ", but " + why, answer.error().detail);
}

}  // namespace mmm::net
