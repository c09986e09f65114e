#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/keys.hpp"

namespace mmm::config {

/// What a classic value was taken as.
struct ClassicValue {
    // Empty: the value is in its field. Else why it can't be there as it stands, and what to write instead.
    std::string complaint, remedy;
    std::string doubt, doubt_remedy;    ///< it is in its field, but perhaps not what was meant
    std::vector<std::size_t> elements;  ///< where each element of a list begins, in bytes
};

/// Puts the text behind `key` into its field, in the classic forms: seconds for times (decimals too), lists with
/// commas, 0/no/off/false and 1/yes/on/true in either case. A complaint never repeats a secret.
ClassicValue assign_classic(std::string_view text, std::string_view key, const Field& field, const Bounds& bounds,
                            Trait trait);

/// Could `text` be meant as a value of such a field? For telling a glued key from a misspelt one.
bool fits_classic(std::string_view text, std::string_view key, const Field& field, const Bounds& bounds, Trait trait);

}  // namespace mmm::config
