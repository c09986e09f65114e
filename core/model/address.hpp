#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm {

/// One IPv4 or IPv6 address, without prefix length or zone. Ordered: IPv4 before IPv6, then numerically.
class Address {
  public:
    Address() = default;

    /// Reads dotted IPv4 or textual IPv6. Errors: Code::invalid with what is wrong with the text.
    static Result<Address> parse(std::string_view text);
    static Address v4(const std::array<std::uint8_t, 4>& bytes);
    static Address v6(const std::array<std::uint8_t, 16>& bytes);

    [[nodiscard]] bool is_v4() const { return !v6_; }
    [[nodiscard]] bool is_v6() const { return v6_; }
    /// The address's bytes in network order; IPv4 uses the first four.
    [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return v6_ ? 16 : 4; }
    /// True for 0.0.0.0 and ::, also for a default-constructed one.
    [[nodiscard]] bool is_unspecified() const;
    [[nodiscard]] bool is_loopback() const;
    /// 224/4, 255.255.255.255 and ff00::/8: can't be a host's address.
    [[nodiscard]] bool is_multicast_or_broadcast() const;
    /// True if both share their first `prefix` bits and their family.
    [[nodiscard]] bool same_network(const Address& other, unsigned prefix) const;
    [[nodiscard]] std::string text() const;

    auto operator<=>(const Address&) const = default;

  private:
    bool v6_ = false;
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace mmm
