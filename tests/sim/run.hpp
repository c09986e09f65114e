#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/sim/cluster.hpp"
#include "tests/sim/ground.hpp"

namespace mmm::sim {

struct RunOptions {
    std::uint64_t seed = 1;
    Schedule schedule = Schedule::leases;
    Plant plant = Plant::none;
    bool brief = false;  ///< a settled cluster, and short trouble that is always steered; not for Schedule::monitor
    bool tracing = false;
    std::string rule{};                          ///< heeds only the invariants whose name begins so; empty: all
    Span trace_span = std::chrono::seconds{12};  ///< so much of the trace, before the end
};

struct RunResult {
    std::string violation;  ///< empty: all invariants held
    std::uint64_t hash = 0;
    Moment ended{};
    Span healing{};                         ///< from the end of all faults to good order
    bool operator_needed = false;           ///< somebody had to start a replication that no agent would start
    std::array<unsigned, kHosts> waited{};  ///< for so many seconds, by host
    std::string trace;
};

/// One life of the cluster: it comes into good order, has faults for a while, is healed, and must come into order
/// again.
RunResult run(const RunOptions& options);

}  // namespace mmm::sim
