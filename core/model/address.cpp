#include "core/model/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mmm {

Result<Address> Address::parse(std::string_view text) {
    // inet_pton wants a terminated string; nothing valid is longer than this.
    if (text.empty() || text.size() > 45)
        return fail(Code::invalid, "not an IP address: '" + std::string(text.substr(0, 60)) + "'");
    const std::string copy(text);
    std::array<std::uint8_t, 16> bytes{};
    Address address;
    if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
        address.bytes_ = bytes;
        return address;
    }
    if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) {
        address.v6_ = true;
        address.bytes_ = bytes;
        return address;
    }
    return fail(Code::invalid, "not an IP address: '" + copy + "'");
}

Address Address::v4(const std::array<std::uint8_t, 4>& bytes) {
    Address address;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

Address Address::v6(const std::array<std::uint8_t, 16>& bytes) {
    Address address;
    address.v6_ = true;
    address.bytes_ = bytes;
    return address;
}

bool Address::is_unspecified() const {
    return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool Address::is_loopback() const {
    if (!v6_) return bytes_[0] == 127;
    return bytes_[15] == 1 &&
           std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool Address::is_multicast_or_broadcast() const {
    return v6_ ? bytes_[0] == 0xff : bytes_[0] >= 224;
}

bool Address::same_network(const Address& other, unsigned prefix) const {
    if (v6_ != other.v6_ || prefix > size() * 8) return false;
    const unsigned whole = prefix / 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.bytes_.begin())) return false;
    const unsigned rest = prefix % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (bytes_[whole] & mask) == (other.bytes_[whole] & mask);
}

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (v6_) {
        inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
        return buffer.data();
    }
    // The monitor writes slots after every event: inet_ntop() would go through printf each time.
    char* end = buffer.data();
    for (std::size_t index = 0; index < 4; ++index) {
        if (index > 0) *end++ = '.';
        end = std::to_chars(end, buffer.data() + buffer.size(), bytes_.at(index)).ptr;
    }
    return {buffer.data(), end};
}

}  // namespace mmm
