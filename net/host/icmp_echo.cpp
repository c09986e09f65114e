#include "net/host/icmp_echo.hpp"

#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/host/neighbour_packets.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

// Type, code, checksum, identifier, sequence; then cookie and count.
constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kEchoBytes = kHeaderBytes + 16 + 8;
// Room for some 5000 packets each way. Sending: what waits in the kernel for the link address of a dead host (3 s) is
// charged to this one socket, and with the usual 256 packets dead hosts would keep us from pinging those that live.
constexpr int kBufferBytes = 1 << 22;
// A flood of packets that aren't ours must not hold the loop: the rest waits for the next turn.
constexpr int kMostForeignPackets = 1000;

/// Beyond the system's limit with CAP_NET_ADMIN, else up to it; a smaller one still works.
void enlarge_buffer(int socket, int forced_option, int option) {
    if (::setsockopt(socket, SOL_SOCKET, forced_option, &kBufferBytes, sizeof kBufferBytes) != 0)
        ::setsockopt(socket, SOL_SOCKET, option, &kBufferBytes, sizeof kBufferBytes);
}

/// Raw sockets get every ICMP packet of the host: only echo replies shall wake us.
void filter_replies(int socket, bool v6) {
    if (v6) {
        icmp6_filter filter;
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
        ::setsockopt(socket, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    } else {
        icmp_filter filter{};
        filter.data = ~(1U << ICMP_ECHOREPLY);
        ::setsockopt(socket, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
    }
}

}  // namespace

Result<EchoSocket> EchoSocket::open(bool v6) {
    const int family = v6 ? AF_INET6 : AF_INET;
    const int protocol = v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
    bool raw = false;
    FileDescriptor socket(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    if (!socket) {
        raw = true;
        socket = FileDescriptor(::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    }
    if (!socket) {
        const int number = errno;
        const std::string remedy =
            code_of_errno(number) == Code::permission
                ? " (needs the capability CAP_NET_RAW, or this group in net.ipv4.ping_group_range)"
                : "";
        return fail(code_of_errno(number), "cannot open a socket for ping: " + errno_text(number) + remedy, number);
    }
    if (raw) filter_replies(socket.get(), v6);
    enlarge_buffer(socket.get(), SO_SNDBUFFORCE, SO_SNDBUF);
    enlarge_buffer(socket.get(), SO_RCVBUFFORCE, SO_RCVBUF);
    return EchoSocket(std::move(socket), v6, raw);
}

Result<void> EchoSocket::send(const Address& target, const EchoId& id) const {
    std::array<std::uint8_t, kEchoBytes> packet{};
    packet[0] = v6_ ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    // The identifier of a raw socket is ours to choose; a ping socket's is set by the kernel.
    packet[4] = id.cookie[0];
    packet[5] = id.cookie[1];
    packet[6] = static_cast<std::uint8_t>(id.sequence >> 8);
    packet[7] = static_cast<std::uint8_t>(id.sequence & 0xff);
    std::copy(id.cookie.begin(), id.cookie.end(), packet.begin() + kHeaderBytes);
    std::memcpy(packet.data() + kHeaderBytes + id.cookie.size(), &id.count, sizeof id.count);
    if (!v6_) {  // for IPv6 the kernel computes it, since it knows the addresses
        const std::uint16_t sum = internet_checksum(packet);
        packet[2] = static_cast<std::uint8_t>(sum >> 8);
        packet[3] = static_cast<std::uint8_t>(sum & 0xff);
    }
    sockaddr_storage to{};
    socklen_t to_size = 0;
    if (v6_) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        std::copy(target.bytes().begin(), target.bytes().end(), address.sin6_addr.s6_addr);
        std::memcpy(&to, &address, to_size = sizeof address);
    } else {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        std::memcpy(&address.sin_addr, target.bytes().data(), sizeof address.sin_addr);
        std::memcpy(&to, &address, to_size = sizeof address);
    }
    if (::sendto(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to),
                 to_size) < 0)
        return fail(code_of_errno(errno), errno_text(errno), errno);
    return {};
}

std::optional<EchoReply> EchoSocket::receive() const {
    std::array<std::uint8_t, 256> buffer{};
    for (int packets = 0; packets < kMostForeignPackets; ++packets) {
        sockaddr_storage sender{};
        socklen_t sender_size = sizeof sender;
        const auto got = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&sender), &sender_size);
        if (got < 0) {
            if (errno == EAGAIN) return std::nullopt;
            continue;  // an error that the kernel noted for an earlier echo; reading it clears it
        }
        Address from;
        if (v6_) {
            std::array<std::uint8_t, 16> bytes{};
            std::memcpy(bytes.data(), reinterpret_cast<const char*>(&sender) + offsetof(sockaddr_in6, sin6_addr), 16);
            from = Address::v6(bytes);
        } else {
            std::array<std::uint8_t, 4> bytes{};
            std::memcpy(bytes.data(), reinterpret_cast<const char*>(&sender) + offsetof(sockaddr_in, sin_addr), 4);
            from = Address::v4(bytes);
        }
        if (auto reply = parse({buffer.data(), static_cast<std::size_t>(got)}, from)) return reply;
    }
    return std::nullopt;
}

std::optional<EchoReply> EchoSocket::parse(std::span<const std::uint8_t> packet, const Address& from) const {
    if (raw_ && !v6_) {
        const std::size_t header_bytes = packet.empty() ? 0 : (packet[0] & 0x0fU) * 4U;
        if (header_bytes < 20 || header_bytes > packet.size()) return std::nullopt;
        packet = packet.subspan(header_bytes);
    }
    if (packet.size() != kEchoBytes || packet[0] != (v6_ ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY)) return std::nullopt;
    EchoReply reply;
    reply.from = from;
    reply.id.sequence = static_cast<std::uint16_t>((packet[6] << 8) | packet[7]);
    std::copy_n(packet.begin() + kHeaderBytes, reply.id.cookie.size(), reply.id.cookie.begin());
    std::memcpy(&reply.id.count, packet.data() + kHeaderBytes + reply.id.cookie.size(), sizeof reply.id.count);
    return reply;
}

}  // namespace mmm::net
