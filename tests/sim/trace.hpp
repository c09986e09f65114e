#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "tests/sim/moment.hpp"

namespace mmm::sim {

/// What happened, for people. Texts are made only while it is on: a run is repeated to read it.
class Trace {
  public:
    explicit Trace(bool on) : on_(on) {}

    template <class Text>
    void note(Moment when, const std::string& who, const Text& text) {
        if (on_) lines_.push_back({when, who, text()});
    }
    [[nodiscard]] bool on() const { return on_; }
    /// The lines of the last `span` before `end`; all with a long one.
    [[nodiscard]] std::string last(Span span, Moment end) const;

    /// The mark of a run: two runs are the same when theirs are.
    void mix(std::uint64_t number) { hash_ = (hash_ ^ number) * 0x100000001b3U; }
    [[nodiscard]] std::uint64_t hash() const { return hash_; }

  private:
    struct Line {
        Moment when;
        std::string who;
        std::string text;
    };
    bool on_;
    std::deque<Line> lines_;
    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace mmm::sim
