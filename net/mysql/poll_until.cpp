#include "net/mysql/poll_until.hpp"

#include <algorithm>
#include <cerrno>

#include "core/base/check.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm::net::mysql {

bool poll_until(std::span<pollfd> entries, Time deadline) {
    using namespace std::chrono_literals;
    while (true) {
        const Duration left = std::clamp<Duration>(deadline - boot_now(), 0ms, 1h);
        const int ready = poll(entries.data(), entries.size(), static_cast<int>(left.count()));
        if (ready > 0) return true;
        // ENOMEM is the only fault of the system's; it passes, and the deadline bounds it.
        MMM_CHECK(ready == 0 || errno == EINTR || errno == ENOMEM);
        if (boot_now() >= deadline) return false;
    }
}

}  // namespace mmm::net::mysql
