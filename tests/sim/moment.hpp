#pragma once

#include <algorithm>
#include <chrono>

#include "core/base/time.hpp"

namespace mmm::sim {

using namespace std::chrono_literals;

/// A span of the world's own time, finer than any clock of a host.
using Span = std::chrono::microseconds;

/// The time that nobody in the world can read; every clock is a distorted view of it.
struct WorldTime {
    using duration = Span;
    using rep = Span::rep;
    using period = Span::period;
    using time_point = std::chrono::time_point<WorldTime>;
    static constexpr bool is_steady = true;
};
using Moment = WorldTime::time_point;

/// A host's boot clock: begins at 0 when the host is started, and drifts.
struct Clock {
    Moment booted{};
    int drift_ppm = 0;  ///< runs faster than the world by so many millionths

    [[nodiscard]] Time read(Moment at) const {
        const Span passed = at - booted;
        return Time(std::chrono::floor<Duration>(passed + Span(passed.count() * drift_ppm / 1'000'000)));
    }
    /// How long it takes until the clock has gone on by `span`.
    [[nodiscard]] Span real(Span span) const { return Span(span.count() * 1'000'000 / (1'000'000 + drift_ppm)); }
    /// How long from `at` until the clock shows `wanted`, and a little more.
    [[nodiscard]] Span until(Time wanted, Moment at) const {
        return std::max(Span{0}, real(wanted - read(at)) + Span(1000));
    }
};

}  // namespace mmm::sim
