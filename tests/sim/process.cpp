#include "tests/sim/process.hpp"

#include <algorithm>

namespace mmm::sim {

void Process::start() {
    runs_ = true;
    frozen_ = false;
    ++life_;
}

void Process::crash() {
    runs_ = false;
    frozen_ = false;
    ++life_;
    waiting_.clear();
}

void Process::thaw(const std::function<void()>& resume) {
    if (!runs_ || !frozen_) return;
    frozen_ = false;
    const bool timers_first = random_.chance(50);
    std::stable_partition(waiting_.begin(), waiting_.end(),
                          [&](const Item& item) { return (item.source == Source::timer) == timers_first; });
    resume();
    while (!waiting_.empty() && !frozen_) {
        const Item item = std::move(waiting_.front());
        waiting_.pop_front();
        item.what();
    }
}

void Process::hand(Source source, std::uint64_t key, std::function<void()> what) {
    if (!runs_) return;
    // What comes while older things are still being read has to wait its turn as well.
    if (frozen_ || !waiting_.empty()) {
        waiting_.push_back({source, key, std::move(what)});
    } else {
        what();
    }
}

std::function<void()> Process::mine(Source source, std::function<void()> what) {
    return [this, source, life = life_, what = std::move(what)] {
        if (life == life_) hand(source, 0, what);
    };
}

void Process::after(Span span, std::function<void()> what, Source source) {
    timeline_.after(span, mine(source, std::move(what)));
}

void Process::forget(Source source, std::uint64_t key) {
    std::erase_if(waiting_, [&](const Item& item) { return item.source == source && item.key == key; });
}

}  // namespace mmm::sim
