#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// Names one round of datagrams of one process.
struct AliveMark {
    std::string process;  ///< random, new with each start; 1 to 32 of 0-9 a-z
    std::uint64_t counter = 0;

    bool operator==(const AliveMark&) const = default;
};

/// The datagram by which an agent tells the others that it lives.
struct Alive {
    HostName host;  ///< who lives
    std::string cluster;
    std::uint64_t counter = 0;  ///< rises by one with each round of one agent process
    // Only where datagrams are sealed (see alive_exchange.hpp):
    std::string process{};            ///< who counts; empty where datagrams aren't sealed
    std::vector<AliveMark> echoes{};  ///< of the one it is sent to: what was heard of it last

    bool operator==(const Alive&) const = default;
};

/// The largest datagram, in bytes: fits an Ethernet frame with all headers.
inline constexpr std::size_t kMaxDatagram = 1400;

/// The datagram's text, without line end. Errors: Code::invalid when the names make it larger than kMaxDatagram.
Result<std::string> encode_alive(const Alive& alive);
/// Reads a whole datagram. Errors: Code::invalid, Code::unsupported.
Result<Alive> decode_alive(std::string_view datagram);

}  // namespace mmm::proto
