#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "tests/sim/random.hpp"
#include "tests/sim/timeline.hpp"

namespace mmm::sim {

/// What wakes a process.
enum class Source { timer, link, datagram, thread };

/// A program that runs, is stopped (SIGSTOP) and goes on, crashes and is started anew. What reaches it while it is
/// stopped waits in the kernel's buffers and is read when it goes on.
class Process {
  public:
    Process(Timeline& timeline, Random random) : timeline_(timeline), random_(random) {}

    [[nodiscard]] bool runs() const { return runs_; }
    [[nodiscard]] bool frozen() const { return frozen_; }
    /// Differs from one start to the next.
    [[nodiscard]] unsigned life() const { return life_; }

    void start();
    void crash();
    void freeze() { frozen_ = runs_; }
    /// Goes on: first with what it was in the middle of (`resume`), then with all that waits, timers first or last.
    void thaw(const std::function<void()>& resume);

    /// Something for the process: done now, or when it goes on; never if it doesn't run. `key` is for forget().
    void hand(Source source, std::uint64_t key, std::function<void()> what);
    /// A timer of the process as it is now; the next one knows nothing of it.
    void after(Span span, std::function<void()> what, Source source = Source::timer);
    /// `what`, for the process as it is now only.
    std::function<void()> mine(Source source, std::function<void()> what);
    /// Throws away what waits.
    void forget(Source source, std::uint64_t key);

  private:
    struct Item {
        Source source;
        std::uint64_t key;
        std::function<void()> what;
    };

    Timeline& timeline_;
    Random random_;
    bool runs_ = false;
    bool frozen_ = false;
    unsigned life_ = 0;
    std::deque<Item> waiting_;
};

}  // namespace mmm::sim
