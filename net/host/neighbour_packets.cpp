#include "net/host/neighbour_packets.hpp"

#include <algorithm>
#include <array>

namespace mmm::net {

namespace {

using Bytes = std::span<const std::uint8_t>;

// RFC 826, 791, 8200, 4861.
constexpr std::uint16_t kEtherTypeArp = 0x0806;
constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
constexpr std::size_t kArpBytes = 28;
constexpr std::size_t kIpv6HeaderBytes = 40;
constexpr std::uint8_t kNextHeaderIcmpv6 = 58;
constexpr std::uint8_t kNeighbourSolicitation = 135;
constexpr std::uint8_t kNeighbourAdvertisement = 136;
constexpr std::size_t kNeighbourMessageBytes = 24;
constexpr std::uint8_t kTargetLinkAddress = 2;
constexpr MacAddress kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr MacAddress kNobody{};

template <class Range>
void append(std::vector<std::uint8_t>& out, const Range& bytes) {
    out.insert(out.end(), std::begin(bytes), std::end(bytes));
}

Bytes raw(const Address& ip) {
    return Bytes(ip.bytes().data(), ip.size());
}

LinkPacket arp(std::uint8_t operation, const MacAddress& sender_mac, Bytes sender, const MacAddress& target_mac,
               Bytes target) {
    LinkPacket packet{kEtherTypeArp, kBroadcast, {0, 1, 8, 0, 6, 4, 0, operation}};
    append(packet.payload, sender_mac);
    append(packet.payload, sender);
    append(packet.payload, target_mac);
    append(packet.payload, target);
    return packet;
}

/// `message` with its checksum put in, behind an IPv6 header with hop limit 255 (receivers refuse any other).
std::vector<std::uint8_t> icmpv6_packet(Bytes source, Bytes destination, std::vector<std::uint8_t> message) {
    std::vector<std::uint8_t> pseudo_header;
    append(pseudo_header, source);
    append(pseudo_header, destination);
    const auto length = static_cast<std::uint8_t>(message.size());
    append(pseudo_header, std::array<std::uint8_t, 8>{0, 0, 0, length, 0, 0, 0, kNextHeaderIcmpv6});
    append(pseudo_header, message);
    const std::uint16_t sum = internet_checksum(pseudo_header);
    message[2] = static_cast<std::uint8_t>(sum >> 8);
    message[3] = static_cast<std::uint8_t>(sum & 0xff);

    std::vector<std::uint8_t> packet{0x60, 0, 0, 0, 0, length, kNextHeaderIcmpv6, 255};
    append(packet, source);
    append(packet, destination);
    append(packet, message);
    return packet;
}

LinkPacket neighbour_advertisement(const Address& ip, const MacAddress& mac) {
    constexpr std::uint8_t kOverride = 0x20;
    constexpr std::array<std::uint8_t, 16> kAllNodes{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    std::vector<std::uint8_t> message{kNeighbourAdvertisement, 0, 0, 0, kOverride, 0, 0, 0};
    append(message, raw(ip));
    append(message, std::array<std::uint8_t, 2>{kTargetLinkAddress, 1});
    append(message, mac);
    return {kEtherTypeIpv6, {0x33, 0x33, 0, 0, 0, 1}, icmpv6_packet(raw(ip), kAllNodes, std::move(message))};
}

LinkPacket neighbour_solicitation(const Address& ip) {
    const auto& target = ip.bytes();
    std::array<std::uint8_t, 16> group{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0};
    std::copy(target.begin() + 13, target.end(), group.begin() + 13);
    std::vector<std::uint8_t> message{kNeighbourSolicitation, 0, 0, 0, 0, 0, 0, 0};
    append(message, target);
    constexpr std::array<std::uint8_t, 16> kUnspecified{};
    return {kEtherTypeIpv6,
            {0x33, 0x33, group[12], group[13], group[14], group[15]},
            icmpv6_packet(kUnspecified, group, std::move(message))};
}

std::optional<MacAddress> arp_claimant(const Address& ip, Bytes payload) {
    constexpr std::array<std::uint8_t, 6> kEthernetIpv4{0, 1, 8, 0, 6, 4};
    if (payload.size() < kArpBytes || !std::equal(kEthernetIpv4.begin(), kEthernetIpv4.end(), payload.begin()))
        return std::nullopt;
    const Bytes sender = payload.subspan(14, 4);
    const Bytes wanted = raw(ip);
    if (!std::equal(sender.begin(), sender.end(), wanted.begin())) return std::nullopt;
    MacAddress mac{};
    std::copy_n(payload.begin() + 8, mac.size(), mac.begin());
    return mac;
}

std::optional<MacAddress> advertisement_claimant(const Address& ip, Bytes payload, const MacAddress& link_source) {
    if (payload.size() < kIpv6HeaderBytes + kNeighbourMessageBytes || payload[6] != kNextHeaderIcmpv6 ||
        payload[7] != 255)
        return std::nullopt;
    const Bytes message = payload.subspan(kIpv6HeaderBytes);
    const Bytes target = message.subspan(8, 16);
    if (message[0] != kNeighbourAdvertisement || !std::equal(target.begin(), target.end(), ip.bytes().begin()))
        return std::nullopt;
    const Bytes option = message.subspan(kNeighbourMessageBytes);
    MacAddress mac = link_source;
    if (option.size() >= 8 && option[0] == kTargetLinkAddress && option[1] == 1)
        std::copy_n(option.begin() + 2, mac.size(), mac.begin());
    return mac;
}

}  // namespace

std::vector<LinkPacket> announcements(const Address& ip, const MacAddress& mac) {
    if (ip.is_v6()) return {neighbour_advertisement(ip, mac)};
    // The target of the reply is our own hardware address: Linux takes a gratuitous reply for one only then.
    return {arp(1, mac, raw(ip), kNobody, raw(ip)), arp(2, mac, raw(ip), mac, raw(ip))};
}

LinkPacket probe(const Address& ip, const MacAddress& mac) {
    if (ip.is_v6()) return neighbour_solicitation(ip);
    constexpr std::array<std::uint8_t, 4> kUnspecified{};
    return arp(1, mac, kUnspecified, kNobody, raw(ip));
}

std::optional<MacAddress> claimant(const Address& ip, Bytes payload, const MacAddress& link_source) {
    return ip.is_v6() ? advertisement_claimant(ip, payload, link_source) : arp_claimant(ip, payload);
}

std::uint16_t internet_checksum(Bytes data, std::uint32_t initial) {
    std::uint64_t sum = initial;
    for (std::size_t i = 0; i < data.size(); i += 2) {
        const std::uint32_t low = i + 1 < data.size() ? data[i + 1] : 0;
        sum += (std::uint32_t{data[i]} << 8) | low;
    }
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum & 0xffff);
}

}  // namespace mmm::net
