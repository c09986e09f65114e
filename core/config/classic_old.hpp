#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mmm::config {

/// A line by which a file of MMM 1.x gives itself away.
struct Mmm1Line {
    unsigned number = 0;  ///< counts from 1
    std::string text;     ///< `host db1`
};

/// The first section of an MMM 1.x file; nothing when the text isn't one. These had no tags: `host db1` begins a
/// section and what is indented below belongs to it.
std::optional<Mmm1Line> mmm1_line(std::string_view text);

}  // namespace mmm::config
