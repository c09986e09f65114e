#pragma once

#include <chrono>
#include <compare>

namespace mmm {

/// A span of time. Milliseconds are exact enough for every rule; kernel lifetimes are whole seconds.
using Duration = std::chrono::milliseconds;

/// The clock of all decisions: CLOCK_BOOTTIME, which counts suspended time and never jumps.
/// It has no now() on purpose: the core takes time as an argument, only adapters read it.
struct BootClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;
};

/// A moment on the boot clock of this host. Never compared with another host's.
using Time = BootClock::time_point;

/// Wall-clock time, in seconds since 1970 UTC, with the offset of local time. For people's eyes only;
/// no decision may depend on it.
struct WallTime {
    std::chrono::seconds since_epoch{0};
    std::chrono::seconds utc_offset{0};
    auto operator<=>(const WallTime&) const = default;
};

/// What an event handler is told about time.
struct Now {
    Time time;
    WallTime wall;
};

}  // namespace mmm
