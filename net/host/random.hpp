#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.hpp"

namespace mmm::net {

/// Fills `bytes` with random ones from the kernel, fit for keys. Waits while the kernel has none yet, early in its
/// life. Errors: Code::unsupported (a kernel older than 3.17), Code::io.
Result<void> fill_random(std::span<std::uint8_t> bytes);

}  // namespace mmm::net
