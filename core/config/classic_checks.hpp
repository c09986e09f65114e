#pragma once

#include <vector>

#include "core/config/loaded.hpp"

namespace mmm::config {

/// The times of checks as a classic file means them.
/// - A check of which the file says nothing is as fast as with TOML: check_period 1 s, trap_period 3 s, timeout 0.5 s.
/// - Once the file writes one of the three, for the check or in `<check default>`, it was tuned against MMM's own
///   defaults, and the others are MMM's: 5, 10 and 2 s.
/// - A timeout that isn't below its check_period (MMM didn't mind) is lowered to nine tenths of it, with a doubt.
/// Precondition: what the file writes is in `loaded` already, templates applied.
void finish_classic_checks(Loaded& loaded);

}  // namespace mmm::config
