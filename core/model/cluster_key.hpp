#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace mmm {

/// The secret that the hosts of a cluster share, with a name by which two of them are told apart while one replaces the
/// other. The name is no secret. As text it is one line, `mmm-key-1:NAME:SECRET:CHECKSUM`:
/// SECRET is 52 letters and digits (base 32, RFC 4648, without padding; either case is read), CHECKSUM is the CRC-32 of
/// `NAME:` and the secret's bytes in 8 hex digits. So each mistyped character, each pair of swapped neighbours, and
/// what was cut off is found for certain.
struct ClusterKey {
    static constexpr std::size_t kBytes = 32;

    std::string name;
    std::array<std::uint8_t, kBytes> secret{};

    bool operator==(const ClusterKey&) const = default;
};

/// Names of keys: 1 to 32 of A-Z a-z 0-9 . _ -
bool is_key_name(std::string_view text);

/// The key's line, without line end.
std::string cluster_key_text(const ClusterKey& key);

/// Reads one line. Errors: Code::invalid with what is wrong. No message holds any part of the secret.
Result<ClusterKey> parse_cluster_key(std::string_view line);

/// Reads a key file: one key, or two while they are changed, a line each; the first signs, both verify. Blank lines and
/// what begins with `#` are skipped. Errors: Code::invalid, with the line where there is one, and the remedy.
Result<std::vector<ClusterKey>> parse_key_file(std::string_view text);

/// Bytes as lower-case base 32 letters and digits, five bits each, zero bits added at the end.
std::string base32_text(const std::uint8_t* bytes, std::size_t count);

}  // namespace mmm
