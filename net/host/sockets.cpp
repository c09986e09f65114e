#include "net/host/sockets.hpp"

#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "net/host/netlink.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

// All of the kernel's TCP states (1 to 13, with those that glibc doesn't name) but these two.
constexpr std::uint32_t kStates = 0x3ffeU & ~(1U << TCP_LISTEN) & ~(1U << TCP_TIME_WAIT);

struct Socket {
    std::uint8_t family;
    inet_diag_sockid id;
};

/// Whether a socket's local address is `local`; a dual-stack socket has an IPv4 one as ::ffff:a.b.c.d.
bool is_local(const Socket& socket, const Address& local) {
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), socket.id.idiag_src, bytes.size());
    if (socket.family == AF_INET)
        return local.is_v4() && std::equal(bytes.begin(), bytes.begin() + 4, local.bytes().begin());
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (local.is_v6()) return bytes == local.bytes();
    return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()) &&
           std::equal(bytes.begin() + 12, bytes.end(), local.bytes().begin());
}

inet_diag_req_v2 tcp_request(std::uint8_t family) {
    inet_diag_req_v2 request{};
    request.sdiag_family = family;
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_states = kStates;
    return request;
}

Result<std::vector<Socket>> sockets_of(NetlinkSocket& netlink, const Address& local) {
    std::vector<Socket> found;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        NetlinkRequest request(SOCK_DIAG_BY_FAMILY, 0);
        request.fixed(tcp_request(family));
        const auto listed = netlink.dump(request, [&](std::uint16_t, Bytes body) {
            const auto message = read_struct<inet_diag_msg>(body);
            if (!message) return;
            const Socket socket{message->idiag_family, message->id};
            if (is_local(socket, local)) found.push_back(socket);
        });
        if (listed || listed.error().code == Code::busy) continue;  // busy: the table changed while it was read
        const bool missing = listed.error().detail == ENOENT || listed.error().detail == EINVAL;
        return fail(missing ? Code::unsupported : listed.error().code,
                    fmt::format("cannot list the TCP sockets of {}: {}", local.text(), listed.error().message),
                    listed.error().detail);
    }
    return found;
}

}  // namespace

Result<int> destroy_sockets(const Address& local) {
    auto netlink = NetlinkSocket::open(NETLINK_SOCK_DIAG);
    if (!netlink) return tl::make_unexpected(netlink.error());
    const auto found = sockets_of(*netlink, local);
    if (!found) return tl::make_unexpected(found.error());
    int destroyed = 0;
    for (const auto& socket : *found) {
        auto wanted = tcp_request(socket.family);
        wanted.id = socket.id;
        NetlinkRequest request(SOCK_DESTROY, 0);
        request.fixed(wanted);
        const auto result = netlink->request(request);
        if (result) {
            ++destroyed;
            continue;
        }
        const int number = result.error().detail;
        if (number == ENOENT || number == ESTALE) continue;  // it closed by itself meanwhile
        const bool missing = number == EOPNOTSUPP || number == EINVAL;
        const char* remedy = missing
                                 ? " (the kernel lacks CONFIG_INET_DIAG_DESTROY: clients of a moved address hang until "
                                   "their own time-out)"
                                 : "";
        return fail(
            missing ? Code::unsupported : result.error().code,
            fmt::format("cannot destroy a TCP socket of {}: {}{}", local.text(), result.error().message, remedy),
            number);
    }
    return destroyed;
}

}  // namespace mmm::net
