#pragma once

#include <cstdint>
#include <string_view>

namespace mmm::net {

/// FNV-1a of 64 bit: finds accidents (a torn file, a bad block), not forgery.
constexpr std::uint64_t checksum(std::string_view content) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char byte : content) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    return sum;
}

}  // namespace mmm::net
