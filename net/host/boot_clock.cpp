#include "net/host/boot_clock.hpp"

#include <atomic>
#include <ctime>

#include "core/base/check.hpp"

namespace mmm::net {
namespace {

/// What the wall clock is ahead of the boot clock, in whole seconds: the same until one was set.
std::chrono::seconds whole_difference(std::chrono::system_clock::duration exact) {
    using std::chrono::seconds;
    constexpr auto kWasSet = std::chrono::milliseconds(750);  // more than rounding, so that it doesn't waver at a half
    static std::atomic<seconds::rep> kept{0};
    const seconds before(kept.load(std::memory_order_relaxed));
    if (std::chrono::abs(exact - before) < kWasSet) return before;
    const auto rounded = std::chrono::round<seconds>(exact);
    kept.store(rounded.count(), std::memory_order_relaxed);
    return rounded;
}

}  // namespace

Time boot_now() {
    timespec moment{};
    MMM_CHECK(clock_gettime(CLOCK_BOOTTIME, &moment) == 0);
    return Time(std::chrono::duration_cast<Duration>(std::chrono::seconds(moment.tv_sec) +
                                                     std::chrono::nanoseconds(moment.tv_nsec)));
}

WallTime wall_now() {
    const std::time_t moment = std::time(nullptr);
    std::tm local{};
    WallTime wall{std::chrono::seconds(moment), std::chrono::seconds(0)};
    // Without time zone data the offset stays 0: times are shown in UTC.
    if (localtime_r(&moment, &local) != nullptr) wall.utc_offset = std::chrono::seconds(local.tm_gmtoff);
    return wall;
}

Now now() {
    Now both{boot_now(), wall_now()};
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const auto boot = both.time.time_since_epoch();
    both.wall.since_epoch = std::chrono::floor<std::chrono::seconds>(boot) + whole_difference(wall - boot);
    return both;
}

}  // namespace mmm::net
