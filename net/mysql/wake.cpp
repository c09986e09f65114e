#include "net/mysql/wake.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cstdint>

#include "core/base/check.hpp"

namespace mmm::net::mysql {

Wake::Wake() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    MMM_CHECK(event_);
}

void Wake::set() const {
    const std::uint64_t one = 1;
    // Can fail only when the counter is at its maximum, and then the flag is up anyway.
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof(one));
}

void Wake::clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(event_.get(), &count, sizeof(count));
}

bool Wake::is_set() const {
    pollfd entry{event_.get(), POLLIN, 0};
    return poll(&entry, 1, 0) == 1;
}

}  // namespace mmm::net::mysql
