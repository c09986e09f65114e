#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/model/host.hpp"
#include "core/proto/message.hpp"

namespace mmm::proto {

inline constexpr std::string_view kPing = "PING";
inline constexpr std::string_view kPong = "PONG";
inline constexpr std::string_view kAlive = "ALIVE";

/// Asks for, or is, a sign of life on the link between monitor and agent. A pong repeats the ping's number.
struct Heartbeat {
    HostName host;
    std::uint64_t number = 0;

    bool operator==(const Heartbeat&) const = default;
};

std::string encode_ping(const Heartbeat& ping);
std::string encode_pong(const Heartbeat& pong);
/// Errors: Code::invalid, naming the key.
Result<Heartbeat> decode_ping(const Message& message);
Result<Heartbeat> decode_pong(const Message& message);

/// The datagram by which an agent tells the others that it lives.
struct Alive {
    HostName host;  ///< who lives
    std::string cluster;
    std::uint64_t counter = 0;  ///< rises by one with each datagram of one agent process

    bool operator==(const Alive&) const = default;
};

/// The largest datagram, in bytes: fits an Ethernet frame with all headers.
inline constexpr std::size_t kMaxDatagram = 1400;

/// The datagram's text, without line end. Errors: Code::invalid when the names make it larger than kMaxDatagram.
Result<std::string> encode_alive(const Alive& alive);
/// Reads a whole datagram. Errors: Code::invalid, Code::unsupported.
Result<Alive> decode_alive(std::string_view datagram);

}  // namespace mmm::proto
