#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/finding.hpp"
#include "core/config/toml_library.hpp"

namespace mmm::config {

/// The tree of a TOML text and what is wrong with its grammar.
struct Syntax {
    toml::table table;
    std::vector<Finding> faults;
    bool complete = true;  ///< false: at least one line is missing from the table
};

/// Parses, and goes on after the mistakes of people who come from the classic format (no quotes, no "="), so that one
/// run finds them all: such a line is reported and then read as it was meant. After a line that can't be mended
/// the table is empty, or lacks that line.
Syntax parse_toml(const std::string& file, std::string_view text);

}  // namespace mmm::config
