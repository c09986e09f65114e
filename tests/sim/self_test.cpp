#include "tests/sim/self_test.hpp"

#include <cstdio>

#include "tests/sim/run.hpp"

namespace mmm::sim {
namespace {

/// Each plant has so many seeds to be found in.
constexpr std::uint64_t kSeeds = 300;

bool is_caught(Plant plant) {
    const auto name = kPlantNames.at(static_cast<std::size_t>(plant));
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const RunResult result = run({.seed = seed, .plant = plant});
        if (result.violation.empty()) continue;
        std::printf("%-18s caught by seed %llu: %s\n", name.data(), static_cast<unsigned long long>(seed),
                    result.violation.c_str());
        return true;
    }
    std::printf("%-18s NOT caught by %llu seeds\n", name.data(), static_cast<unsigned long long>(kSeeds));
    return false;
}

bool is_repeatable() {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const RunOptions options{.seed = seed, .tracing = true, .trace_span = 100'000s};
        const RunResult one = run(options);
        const RunResult other = run(options);
        const RunResult silent = run({.seed = seed});
        if (one.trace != other.trace || one.hash != other.hash || one.hash != silent.hash) {
            std::printf("seed %llu isn't the same twice\n", static_cast<unsigned long long>(seed));
            return false;
        }
    }
    std::printf("%-18s the same twice, with and without a trace\n", "seeds");
    return true;
}

}  // namespace

int self_test() {
    unsigned passed = 0;
    unsigned failed = 0;
    const auto count = [&](bool fine) { fine ? ++passed : ++failed; };
    count(is_repeatable());
    for (std::size_t index = 1; index < kPlantNames.size(); ++index) count(is_caught(static_cast<Plant>(index)));
    std::printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

}  // namespace mmm::sim
