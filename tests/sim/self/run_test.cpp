#include <catch2/catch.hpp>

#include "tests/sim/run.hpp"

using namespace mmm::sim;

TEST_CASE("a seed gives the same run twice, to the byte, traced or not; another seed another one") {
    const RunOptions options{.seed = 3, .tracing = true, .trace_span = 1000s};
    const RunResult one = run(options);
    const RunResult other = run(options);
    CHECK(one.trace == other.trace);
    CHECK(one.hash == other.hash);
    CHECK(run({.seed = 3}).hash == one.hash);
    CHECK(run({.seed = 4}).hash != one.hash);
}

TEST_CASE("faults planted in the world are caught within a few seeds") {
    struct Row {
        Plant plant;
        Schedule schedule;
        std::string rule;
    };
    for (const auto& row :
         {Row{Plant::deaf_to_isolation, Schedule::today, "(2)"}, Row{Plant::echoing_agent, Schedule::today, "(2)"},
          Row{Plant::endless_addresses, Schedule::leases, "(2) held"},
          Row{Plant::endless_addresses, Schedule::leases, "(1)"},
          Row{Plant::forgetful_voters, Schedule::leases, "(2) taken over"},
          Row{Plant::headless_hosts, Schedule::monitor, "(3)"}, Row{Plant::idle_operator, Schedule::leases, "(4)"},
          Row{Plant::forgetful_disk, Schedule::leases, "(7)"}, Row{Plant::mute_monitor, Schedule::leases, "(6)"}}) {
        bool caught = false;
        for (std::uint64_t seed = 1; seed <= 100 && !caught; ++seed) {
            const RunOptions options{.seed = seed, .schedule = row.schedule, .plant = row.plant, .rule = row.rule};
            caught = !run(options).violation.empty();
        }
        CAPTURE(kPlantNames.at(static_cast<std::size_t>(row.plant)), row.rule);
        CHECK(caught);
    }
}

TEST_CASE("a brief run is half as long, and finds what is planted too") {
    Span brief{0};
    Span ordinary{0};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        brief += run({.seed = seed, .brief = true}).ended.time_since_epoch();
        ordinary += run({.seed = seed}).ended.time_since_epoch();
    }
    CHECK(brief < ordinary * 3 / 5);
    struct Row {
        Plant plant;
        Schedule schedule;
        std::string rule;
    };
    for (const auto& row : {Row{Plant::endless_addresses, Schedule::leases, "(2) held"},
                            Row{Plant::forgetful_voters, Schedule::leases, "(2) taken over"},
                            Row{Plant::echoing_agent, Schedule::today, "(2)"}}) {
        bool caught = false;
        for (std::uint64_t seed = 1; seed <= 100 && !caught; ++seed) {
            const RunOptions options{
                .seed = seed, .schedule = row.schedule, .plant = row.plant, .brief = true, .rule = row.rule};
            caught = !run(options).violation.empty();
        }
        CAPTURE(kPlantNames.at(static_cast<std::size_t>(row.plant)), row.rule);
        CHECK(caught);
    }
}
