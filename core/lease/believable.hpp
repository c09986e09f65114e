#pragma once

#include <cstdint>

namespace mmm::lease {

/// No cluster counts so far: who says that it did is wrong or lies, and going on from there would soon leave no number.
inline constexpr std::uint64_t kMostCounter = std::uint64_t{1} << 62U;

/// Is this a counter that the next epoch may be chosen by? Asked of all that another program says.
inline constexpr bool is_believable(std::uint64_t counter) {
    return counter <= kMostCounter;
}

}  // namespace mmm::lease
