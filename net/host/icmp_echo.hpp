#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/model/address.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// What tells our echoes from everybody else's. The 16-bit sequence finds the echo; the rest is compared.
struct EchoId {
    std::uint16_t sequence = 0;
    /// Drawn at random when the process starts, so that a reply can't be made up without having seen a request.
    std::array<std::uint8_t, 16> cookie{};
    /// Counts echoes, so that a late reply isn't taken for one to a later echo with the same sequence.
    std::uint64_t count = 0;

    bool operator==(const EchoId&) const = default;
};

/// A received echo reply.
struct EchoReply {
    Address from;
    EchoId id;
};

/// An ICMP socket of one family that sends echo requests and receives echo replies, without blocking.
class EchoSocket {
  public:
    /// Errors: Code::permission, Code::unsupported, Code::io.
    static Result<EchoSocket> open(bool v6);

    /// Errors: the errno's kind and text.
    [[nodiscard]] Result<void> send(const Address& target, const EchoId& id) const;
    /// The next echo reply that has our form; nothing when the socket is empty (or full of others' packets: the
    /// socket is still readable then).
    [[nodiscard]] std::optional<EchoReply> receive() const;
    [[nodiscard]] int descriptor() const { return socket_.get(); }

  private:
    EchoSocket(FileDescriptor socket, bool v6, bool raw) : socket_(std::move(socket)), v6_(v6), raw_(raw) {}
    [[nodiscard]] std::optional<EchoReply> parse(std::span<const std::uint8_t> packet, const Address& from) const;

    FileDescriptor socket_;
    bool v6_;
    /// A raw IPv4 socket's packets begin with the IP header.
    bool raw_;
};

}  // namespace mmm::net
