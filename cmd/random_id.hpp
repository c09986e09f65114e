#pragma once

#include <cstdint>
#include <string>

namespace mmm {

/// 16 random hex digits that tell one process from the next.
std::string random_id();
/// The same as a number, never 0.
std::uint64_t random_number();

}  // namespace mmm
