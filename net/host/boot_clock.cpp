#include "net/host/boot_clock.hpp"

#include <ctime>

#include "core/base/check.hpp"

namespace mmm::net {

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
    return Now{boot_now(), wall_now()};
}

}  // namespace mmm::net
