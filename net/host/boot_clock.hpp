#pragma once

#include "core/base/time.hpp"

namespace mmm::net {

/// The moment on CLOCK_BOOTTIME: goes on during suspend, never jumps.
Time boot_now();

/// Wall-clock time with this host's offset of local time from UTC; for people's eyes only.
WallTime wall_now();

/// Both clocks, for an event handler.
Now now();

}  // namespace mmm::net
