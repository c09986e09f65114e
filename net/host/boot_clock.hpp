#pragma once

#include "core/base/time.hpp"

namespace mmm::net {

/// The moment on CLOCK_BOOTTIME: goes on during suspend, never jumps.
Time boot_now();

/// Wall-clock time with this host's offset of local time from UTC; for people's eyes only.
WallTime wall_now();

/// Both clocks, for an event handler. Their seconds begin together, so that what happened before has the same wall time
/// whenever that is worked out; for this the wall time may be about a second off.
Now now();

}  // namespace mmm::net
