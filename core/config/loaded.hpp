#pragma once

#include <cstddef>
#include <vector>

#include "core/config/config.hpp"
#include "core/config/finding.hpp"

namespace mmm::config {

/// A configuration file is at most this long, in bytes; a cluster of 64 hosts needs a tenth of it.
inline constexpr std::size_t kMostFileBytes = std::size_t{1} << 20;

/// More than this many findings help nobody, and garbage can hold a hundred thousand.
inline constexpr std::size_t kMostFindings = 1000;

/// What a reader made of a file, whatever its format. Validation comes afterwards and knows nothing of formats.
struct Loaded {
    Config config;
    Where where;
    std::vector<Finding> findings;  ///< what the reader itself found: syntax, unknown keys, types, units
    bool complete = true;           ///< false: parts couldn't be read, so what is missing says nothing
};

}  // namespace mmm::config
