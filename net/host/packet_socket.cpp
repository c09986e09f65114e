#include "net/host/packet_socket.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

constexpr std::uint16_t kArp = 0x0806;
constexpr std::uint16_t kIpv6 = 0x86dd;

sockaddr_ll link_address(const Interface& interface, std::uint16_t ether_type) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ether_type);
    address.sll_ifindex = static_cast<int>(interface.index);
    return address;
}

/// Lets ICMPv6 neighbour advertisements through: next header (byte 6) is 58, type (byte 40) is 136.
Result<void> filter_advertisements(const FileDescriptor& socket) {
    std::array<sock_filter, 6> code{{
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, 6},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 58},
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, 40},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 136},
        {BPF_RET | BPF_K, 0, 0, 256},
        {BPF_RET | BPF_K, 0, 0, 0},
    }};
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
        return fail_with_errno("cannot filter neighbour advertisements", errno);
    return {};
}

}  // namespace

Result<FileDescriptor> open_packet_socket() {
    // SOCK_DGRAM: the kernel writes the link header. Protocol 0: no traffic is copied to us.
    FileDescriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
        const int number = errno;
        const std::string remedy =
            code_of_errno(number) == Code::permission ? " (needs the capability CAP_NET_RAW)" : "";
        return fail(code_of_errno(number), "cannot open a packet socket: " + errno_text(number) + remedy, number);
    }
    return socket;
}

Result<void> receive_claims(const FileDescriptor& socket, const Address& ip, const Interface& interface) {
    if (ip.is_v6()) {
        if (const auto filtered = filter_advertisements(socket); !filtered) return filtered;
    }
    const auto address = link_address(interface, ip.is_v6() ? kIpv6 : kArp);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return fail_with_errno("cannot listen on " + interface.name, errno);
    return {};
}

Result<void> send_packet(const FileDescriptor& socket, const Interface& interface, const LinkPacket& packet) {
    auto to = link_address(interface, packet.ether_type);
    to.sll_halen = static_cast<unsigned char>(packet.destination.size());
    std::copy(packet.destination.begin(), packet.destination.end(), to.sll_addr);
    if (::sendto(socket.get(), packet.payload.data(), packet.payload.size(), MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
        return fail(code_of_errno(errno), errno_text(errno), errno);
    return {};
}

}  // namespace mmm::net
