#pragma once

#include <string>
#include <string_view>

#include "core/config/format.hpp"

namespace mmm::config {

/// `monitor`, `host`, `defaults` and so on: the first word of a section.
bool is_section(std::string_view name);

/// What to say about a key that a section doesn't have.
struct UnknownKey {
    std::string message;
    std::string remedy;
    std::string meant;  ///< the nearest key of this very section, or the nearest section; empty if none is near
};

/// `section` as a path, "host.db1" or "defaults.host"; empty for the top of the file. The remedy is, in this order:
/// the section that the key belongs in, the nearest key of this section, the nearest of another one.
/// `is_section`: `name` was written as a section `[name]`.
UnknownKey unknown_key(Format format, std::string_view name, std::string_view section, bool is_section);

/// The remedy for `[check.NAME]` with a NAME that isn't a check.
std::string check_remedy(Format format, std::string_view name);

}  // namespace mmm::config
