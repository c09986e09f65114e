#pragma once

#include <ctime>
#include <optional>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mmm::net {

/// A dead man's switch: while it is armed, the kernel kills this process (SIGKILL) at a fixed moment, also when it is
/// stopped or hangs. For a call that must not take effect later than that: whoever looks at the clock and then acts
/// may be frozen in between, and would act on what has long been over.
/// The moment is on CLOCK_BOOTTIME. A timer belongs to the process that made it: after fork() the child has none.
/// Source: lease protocol, rule 16.
class KillTimer {
  public:
    /// Disarms at its end. The timer must outlive it.
    class Armed {
      public:
        Armed(const Armed&) = delete;
        Armed& operator=(const Armed&) = delete;
        Armed(Armed&& other) noexcept;
        Armed& operator=(Armed&&) = delete;
        ~Armed();

      private:
        friend class KillTimer;
        explicit Armed(timer_t timer) : timer_(timer) {}
        std::optional<timer_t> timer_;
    };

    /// Makes the timer, disarmed; once is enough for a process's life.
    /// Errors: Code::unsupported (a kernel without such timers; process number 1, which no signal from itself kills),
    /// Code::busy (too many timers or signals of this user).
    static Result<KillTimer> create();

    KillTimer(KillTimer&& other) noexcept;
    KillTimer& operator=(KillTimer&& other) noexcept;
    KillTimer(const KillTimer&) = delete;
    KillTimer& operator=(const KillTimer&) = delete;
    ~KillTimer();

    /// This process is dead at `at` unless the result is gone by then; at once if `at` has passed. A few microseconds.
    /// Arming again moves the moment. Errors: Code::unsupported (this is another process than the one that made it).
    [[nodiscard]] Result<Armed> arm(Time at);

  private:
    explicit KillTimer(timer_t timer) : timer_(timer) {}

    std::optional<timer_t> timer_;
};

}  // namespace mmm::net
