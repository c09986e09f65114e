#include "net/mysql/greeting.hpp"

#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "net/mysql/poll_until.hpp"

namespace mmm::net::mysql {

namespace {

constexpr std::size_t kHeader = 4;            // length (3 bytes), number
constexpr unsigned char kProtocol = 10;       // of all servers since 1998
constexpr std::size_t kBetween = 4 + 8 + 1;   // after the version: session number, first half of the scramble, a zero
constexpr unsigned kOffersTls = 0x0800;       // CLIENT_SSL
constexpr std::size_t kLongestVersion = 256;  // more than any; what is longer is no greeting

unsigned char byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

/// From so many bytes on the socket counts as readable. A number fits always, so this can't fail.
void wait_for_bytes(int socket, int count) {
    setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &count, sizeof(count));
}

}  // namespace

std::optional<Greeting> parse_greeting(std::string_view bytes) {
    if (bytes.size() <= kHeader) return std::nullopt;
    if (byte_at(bytes, kHeader) != kProtocol) return Greeting::refusal;
    const auto version_end = bytes.find('\0', kHeader + 1);
    if (version_end == std::string_view::npos && bytes.size() <= kLongestVersion) return std::nullopt;
    if (version_end > kLongestVersion) return Greeting::refusal;
    const std::size_t abilities = version_end + 1 + kBetween;
    if (bytes.size() < abilities + 2) return std::nullopt;
    const unsigned low = byte_at(bytes, abilities) | static_cast<unsigned>(byte_at(bytes, abilities + 1)) << 8U;
    return (low & kOffersTls) != 0 ? Greeting::tls : Greeting::plain;
}

Peek peek_greeting(int socket, Time deadline, const Canceller& canceller, Greeting& greeting) {
    std::array<char, kLongestVersion + 64> buffer{};
    Peek end = Peek::seen;
    greeting = Greeting::refusal;
    for (ssize_t before = 0;;) {
        std::array<pollfd, 2> entries{{{socket, POLLIN, 0}, {canceller.descriptor(), POLLIN, 0}}};
        const bool ready = poll_until(entries, deadline);
        if (entries[1].revents != 0) end = Peek::cancelled;
        if (!ready) end = Peek::deadline;
        if (end != Peek::seen) break;
        const ssize_t have = recv(socket, buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
        // The end of the connection, or nothing new although there is something to read: it ends here.
        if (have <= before) break;
        before = have;
        if (const auto said = parse_greeting({buffer.data(), static_cast<std::size_t>(have)})) {
            greeting = *said;
            break;
        }
        wait_for_bytes(socket, static_cast<int>(have) + 1);
    }
    wait_for_bytes(socket, 1);
    return end;
}

}  // namespace mmm::net::mysql
