#pragma once

#include <cstdint>

#include "tests/sim/moment.hpp"

namespace mmm::sim {

/// Random numbers that depend on the seed alone, on every machine and with every library (SplitMix64).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }
    /// 0 to `limit` - 1. Precondition: `limit` > 0.
    unsigned below(unsigned limit) { return static_cast<unsigned>(((next() >> 32U) * limit) >> 32U); }
    bool chance(unsigned percent) { return below(100) < percent; }
    Span between(Span least, Span most) {
        const auto width = static_cast<std::uint64_t>((most - least).count()) + 1;
        return least + Span(static_cast<Span::rep>(next() % width));
    }
    /// A sequence of its own, so that more numbers drawn here change nothing there.
    Random fork() { return Random(next()); }

  private:
    std::uint64_t state_;
};

}  // namespace mmm::sim
