#pragma once

#include <string>

#include "cmd/config_file.hpp"

namespace mmm {

/// The configuration as TOML, passwords and all, under a comment that says what it was made from. Reading it gives an
/// equal Config. For a configuration without faults.
std::string converted_text(const ConfigFile& file);

/// What an operator should know about that text before storing it.
std::string convert_note(const ConfigFile& file);

}  // namespace mmm
