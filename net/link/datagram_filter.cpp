#include "net/link/datagram_filter.hpp"

#include <linux/filter.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "net/host/system_error.hpp"

namespace mmm::net {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t kUdpHeader = 8;
constexpr std::uint32_t kWholeDatagram = 0xFFFF;
// Offsets from the IP header's first byte, where the data that a UDP socket's filter sees begins later.
constexpr std::uint32_t kIpHeader = static_cast<std::uint32_t>(SKF_NET_OFF);
constexpr std::uint32_t kSourceV4 = kIpHeader + 12;
constexpr std::uint32_t kSourceV6 = kIpHeader + 8;
constexpr std::size_t kWordsV6 = 4;

std::uint32_t word(const Address& address, std::size_t index) {
    std::uint32_t result = 0;
    for (std::size_t i = 0; i < 4; ++i) result = result << 8U | address.bytes().at(4 * index + i);
    return result;
}

void load_word(Program& code, std::uint32_t offset) {
    code.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

void give(Program& code, std::uint32_t bytes) {
    code.push_back(BPF_STMT(BPF_RET | BPF_K, bytes));
}

/// Skips `otherwise` instructions unless what was loaded equals `value`.
void unless_equal(Program& code, std::uint32_t value, std::size_t otherwise) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<std::uint8_t>(otherwise)));
}

Program from_v4(const std::set<Address>& senders) {
    Program code;
    load_word(code, kSourceV4);
    for (const Address& sender : senders) {
        if (sender.is_v6()) continue;
        unless_equal(code, word(sender, 0), 1);
        give(code, kWholeDatagram);
    }
    give(code, 0);
    return code;
}

Program from_v6(const std::set<Address>& senders) {
    Program code;
    for (const Address& sender : senders) {
        if (sender.is_v4()) continue;
        for (std::size_t i = 0; i < kWordsV6; ++i) {
            load_word(code, kSourceV6 + 4 * static_cast<std::uint32_t>(i));
            // The rest of this address: two instructions a word, and the end.
            unless_equal(code, word(sender, i), 2 * (kWordsV6 - 1 - i) + 1);
        }
        give(code, kWholeDatagram);
    }
    give(code, 0);
    return code;
}

}  // namespace

Result<void> receive_only_from(int socket, const std::set<Address>& senders, std::size_t most_bytes) {
    const Program v4 = from_v4(senders);
    const Program v6 = from_v6(senders);
    Program code;
    code.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, static_cast<std::uint32_t>(most_bytes) + kUdpHeader, 0, 1));
    give(code, 0);
    // A socket of IPv6 may get IPv4 as well: the packet's own version decides.
    code.push_back(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kIpHeader));
    code.push_back(BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4));
    unless_equal(code, 4, 1);
    code.push_back(BPF_STMT(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(v6.size())));
    code.insert(code.end(), v6.begin(), v6.end());
    code.insert(code.end(), v4.begin(), v4.end());
    if (code.size() > BPF_MAXINSNS) {
        return fail(Code::invalid, "cannot filter datagrams by " + std::to_string(senders.size()) +
                                       " addresses: the kernel takes fewer in one filter");
    }
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
        return fail_with_errno("cannot filter datagrams by their senders", errno);
    return {};
}

}  // namespace mmm::net
