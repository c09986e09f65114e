#pragma once

#include <string>
#include <string_view>

#include "core/config/loaded.hpp"

namespace mmm::config {

/// Reads the TOML form of a configuration, `[defaults.host]` and `[check.default]` merged into the sections that they
/// fill. Never stops at the first fault. `file` only names the text in findings.
Loaded read_toml(const std::string& file, std::string_view text);

}  // namespace mmm::config
