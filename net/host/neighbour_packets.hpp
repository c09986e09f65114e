#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/model/address.hpp"
#include "net/host/interfaces.hpp"

namespace mmm::net {

/// Where a packet goes on the link, and what it is. `payload` begins behind the Ethernet header.
struct LinkPacket {
    std::uint16_t ether_type = 0;
    MacAddress destination{};
    std::vector<std::uint8_t> payload;
};

/// The packets that make neighbours learn that `ip` is at `mac`: for IPv4 a gratuitous ARP request and reply (RFC 5944,
/// 4.6: some listen to one, some to the other), for IPv6 an unsolicited neighbour advertisement with the override flag
/// to all nodes (RFC 4861, 7.2.6).
std::vector<LinkPacket> announcements(const Address& ip, const MacAddress& mac);

/// The packet that asks whether anybody uses `ip`, without making anybody learn something: for IPv4 an ARP probe
/// (RFC 5227, sender 0.0.0.0), for IPv6 the solicitation of duplicate detection (RFC 4862, source ::).
LinkPacket probe(const Address& ip, const MacAddress& mac);

/// Who says in `payload` that it owns `ip`: the sender of an ARP packet with that sender address, or of a neighbour
/// advertisement for it. Nothing for other packets and for malformed ones. An advertisement need not name its
/// link-layer address; then it's `link_source`, where the frame came from.
std::optional<MacAddress> claimant(const Address& ip, std::span<const std::uint8_t> payload,
                                   const MacAddress& link_source);

/// The sum that IP, ICMP and UDP use (RFC 1071), over `data`, beginning with `initial`; in network order when stored
/// byte by byte, high byte first.
std::uint16_t internet_checksum(std::span<const std::uint8_t> data, std::uint32_t initial = 0);

}  // namespace mmm::net
