#pragma once

#include "core/config/loaded.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace mmm::fuzz {

/// What holds of any file that was read, in either format: findings are bounded and are lines; what has no fault is
/// printed as TOML that says the same, and without its secrets.
void check_loaded(const config::Loaded& loaded);

}  // namespace mmm::fuzz
