#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "core/config/config.hpp"

namespace mmm::config {

/// A file that `[security]` names, and the key by which it does. Whoever handles them all goes by this list.
struct SecurityFile {
    std::string_view key;
    std::string Security::*path;
};
inline constexpr std::array<SecurityFile, 5> kSecurityFiles{{
    {"key_file", &Security::key_file},
    {"read_key_file", &Security::read_key_file},
    {"ca_file", &Security::ca_file},
    {"cert_file", &Security::cert_file},
    {"cert_key_file", &Security::cert_key_file},
}};
/// Those that certificates need, all of them.
inline constexpr std::span<const SecurityFile, 3> kCertificateFiles = std::span(kSecurityFiles).last<3>();

}  // namespace mmm::config
