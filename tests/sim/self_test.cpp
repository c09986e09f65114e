#include "tests/sim/self_test.hpp"

#include <array>
#include <cstdio>
#include <string>

#include "tests/sim/run.hpp"

namespace mmm::sim {
namespace {

/// Each plant has so many seeds to be found in.
constexpr std::uint64_t kSeeds = 2000;

/// What each plant has to break, under which schedule.
struct Row {
    Plant plant;
    Schedule schedule;
    const char* rule;
};
constexpr std::array kRows{Row{Plant::endless_addresses, Schedule::leases, "(1)"},
                           Row{Plant::endless_addresses, Schedule::leases, "(2) held"},
                           Row{Plant::late_timer, Schedule::leases, "(2) held"},
                           Row{Plant::lying_kill, Schedule::leases, "(2) taken over"},
                           Row{Plant::forgetful_voters, Schedule::leases, "(2) taken over"},
                           Row{Plant::forgetful_voters, Schedule::leases, "(1)"},
                           Row{Plant::deaf_to_isolation, Schedule::today, "(2)"},
                           Row{Plant::lying_kill, Schedule::today, "(2)"},
                           Row{Plant::echoing_agent, Schedule::today, "(2)"},
                           Row{Plant::headless_hosts, Schedule::monitor, "(3)"},
                           Row{Plant::idle_operator, Schedule::leases, "(4)"},
                           Row{Plant::forgiving_monitor, Schedule::leases, "(5)"},
                           Row{Plant::mute_monitor, Schedule::leases, "(6)"},
                           Row{Plant::forgetful_disk, Schedule::leases, "(7)"}};

bool is_caught(const Row& row) {
    const auto name = std::string(kPlantNames.at(static_cast<std::size_t>(row.plant)));
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const RunResult result = run({.seed = seed, .schedule = row.schedule, .plant = row.plant, .rule = row.rule});
        if (result.violation.empty()) continue;
        std::printf("%-18s caught by seed %llu: %s\n", name.c_str(), static_cast<unsigned long long>(seed),
                    result.violation.c_str());
        return true;
    }
    std::printf("%-18s NOT caught as %s by %llu seeds\n", name.c_str(), row.rule,
                static_cast<unsigned long long>(kSeeds));
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
    for (const Row& row : kRows) count(is_caught(row));
    std::printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

}  // namespace mmm::sim
