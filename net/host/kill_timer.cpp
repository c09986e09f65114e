#include "net/host/kill_timer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "core/base/check.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {
namespace {

/// All zero means "disarm" to the kernel, so the earliest moment is a nanosecond after the boot.
itimerspec once_at(Time at) {
    using std::chrono::nanoseconds;
    using std::chrono::seconds;
    const nanoseconds since_boot = std::max<nanoseconds>(at.time_since_epoch(), nanoseconds{1});
    const auto whole = std::chrono::floor<seconds>(since_boot);
    itimerspec moment{};
    moment.it_value.tv_sec = whole.count();
    moment.it_value.tv_nsec = (since_boot - whole).count();
    return moment;
}

}  // namespace

Result<KillTimer> KillTimer::create() {
    // The kernel keeps the first process of a container from its own SIGKILL.
    if (getpid() == 1)
        return fail(Code::unsupported,
                    "no timer can kill process number 1; start mmm below an init, in a container for example with "
                    "--init");
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    timer_t timer{};
    if (timer_create(CLOCK_BOOTTIME, &event, &timer) == 0) return KillTimer(timer);
    const int number = errno;
    // The clock or the whole call isn't there.
    const bool missing = number == EINVAL || number == ENOTSUP || number == ENOSYS;
    const Code code = missing ? Code::unsupported : code_of_errno(number);
    return fail(code, "the kernel gives no timer on CLOCK_BOOTTIME: " + errno_text(number), number);
}

KillTimer::KillTimer(KillTimer&& other) noexcept : timer_(std::exchange(other.timer_, std::nullopt)) {}

KillTimer& KillTimer::operator=(KillTimer&& other) noexcept {
    std::swap(timer_, other.timer_);
    return *this;
}

KillTimer::~KillTimer() {
    if (timer_) timer_delete(*timer_);
}

Result<KillTimer::Armed> KillTimer::arm(Time at) {
    MMM_CHECK(timer_.has_value());
    const itimerspec moment = once_at(at);
    if (timer_settime(*timer_, TIMER_ABSTIME, &moment, nullptr) == 0) return Armed(*timer_);
    return fail(Code::unsupported, "the timer that guards a call can't be armed: " + errno_text(errno), errno);
}

KillTimer::Armed::Armed(Armed&& other) noexcept : timer_(std::exchange(other.timer_, std::nullopt)) {}

KillTimer::Armed::~Armed() {
    // Can fail only for a timer that isn't ours; left armed it would kill for nothing.
    const itimerspec off{};
    if (timer_) MMM_CHECK(timer_settime(*timer_, 0, &off, nullptr) == 0);
}

}  // namespace mmm::net
