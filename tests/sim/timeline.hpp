#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tests/sim/moment.hpp"

namespace mmm::sim {

/// What is going to happen, in order of time; at the same moment in the order in which it was asked for.
class Timeline {
  public:
    [[nodiscard]] Moment time() const { return time_; }
    void after(Span span, std::function<void()> what) {
        entries_.push_back({time_ + span, ++last_, std::move(what)});
        std::push_heap(entries_.begin(), entries_.end(), later);
    }
    /// Goes to the next thing and does it. False: there is none before `end`, which the time is then.
    bool next(Moment end) {
        if (entries_.empty() || entries_.front().when > end) {
            time_ = end;
            return false;
        }
        std::pop_heap(entries_.begin(), entries_.end(), later);
        const Entry entry = std::move(entries_.back());
        entries_.pop_back();
        time_ = entry.when;
        sequence_ = entry.sequence;
        entry.what();
        return true;
    }
    /// Number of what is happening: with the time, the mark that a run leaves.
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

  private:
    struct Entry {
        Moment when;
        std::uint64_t sequence;
        std::function<void()> what;
    };
    static bool later(const Entry& one, const Entry& other) {
        return one.when != other.when ? one.when > other.when : one.sequence > other.sequence;
    }

    Moment time_{};
    std::uint64_t last_ = 0;
    std::uint64_t sequence_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace mmm::sim
