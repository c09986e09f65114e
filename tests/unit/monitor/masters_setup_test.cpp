#include "core/monitor/masters_setup.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/checks.hpp"
#include "core/monitor/show.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

struct Settings {
    std::uint32_t increment;
    std::uint32_t offset;
    const char* source;
};

State with(const Config& config, const Settings& db1, const Settings& db2) {
    State state = good_order(config);
    state.hosts.at("db1").setup = {db1.increment, db1.offset, db1.source};
    state.hosts.at("db2").setup = {db2.increment, db2.offset, db2.source};
    return state;
}

constexpr const char* kDb1 = "192.168.10.131";
constexpr const char* kDb2 = "192.168.10.132";

}  // namespace

TEST_CASE("two masters replicate from each other and give out different row numbers, or it is a fault") {
    struct {
        Settings db1;
        Settings db2;
        std::vector<std::string> expected;
    } const cases[] = {
        {{2, 1, kDb2}, {2, 2, kDb1}, {}},
        {{10, 7, kDb2}, {10, 3, kDb1}, {}},
        {{2, 1, ""},
         {2, 2, kDb1},
         {"db1 does not replicate from its peer db2: replication is not set up there; set it up with CHANGE MASTER"}},
        {{2, 1, kDb2},
         {2, 2, "192.168.10.133"},
         {"db2 does not replicate from its peer db1 (192.168.10.131), but from 192.168.10.133; point it there with "
          "CHANGE MASTER"}},
        {{1, 1, kDb2},
         {1, 2, kDb1},
         {"auto_increment_increment is 1 on db1 and db2; set it to 2 or more on both, or they give out the same row "
          "numbers"}},
        {{2, 1, kDb2},
         {3, 2, kDb1},
         {"auto_increment_increment is 2 on db1 and 3 on db2; set it to the same number, 2 or more, on both"}},
        {{2, 2, kDb2},
         {2, 2, kDb1},
         {"auto_increment_offset is 2 on db1 and db2; set it to different numbers, or they give out the same row "
          "numbers"}},
        {{2, 1, kDb2},
         {2, 3, kDb1},
         {"auto_increment_offset is 3 on db2, more than its auto_increment_increment 2, so the server ignores it; set "
          "it to at most that"}},
        {{1, 1, ""},
         {1, 1, ""},
         {"db1 does not replicate from its peer db2: replication is not set up there; set it up with CHANGE MASTER",
          "db2 does not replicate from its peer db1: replication is not set up there; set it up with CHANGE MASTER",
          "auto_increment_increment is 1 on db1 and db2; set it to 2 or more on both, or they give out the same row "
          "numbers",
          "auto_increment_offset is 1 on db1 and db2; set it to different numbers, or they give out the same row "
          "numbers"}},
    };
    const Config config = five_hosts();
    for (const auto& each : cases)
        CHECK(masters_setup_faults(config, with(config, each.db1, each.db2)) == each.expected);
}

TEST_CASE("what no check has seen yet is no fault, and a slave's settings are nobody's business") {
    const Config config = five_hosts();
    State state = good_order(config);
    CHECK(masters_setup_faults(config, state).empty());
    state.hosts.at("db1").setup = {2, 1, {}};
    state.hosts.at("db3").setup = {1, 1, ""};
    CHECK(masters_setup_faults(config, state).empty());
}

TEST_CASE("each check tells its part of the set-up, and what it doesn't tell stays") {
    const Config config = five_hosts();
    State state = good_order(config);
    take_report(config, state, {"db1", CheckKind::mysql, Outcome::ok, "", {2, 1, {}}}, kStart);
    take_report(config, state, {"db1", CheckKind::rep_threads, Outcome::ok, "", {{}, {}, kDb2}}, kStart);
    take_report(config, state, {"db1", CheckKind::mysql, Outcome::failed_hard, "connection refused"}, kStart);
    CHECK(state.hosts.at("db1").setup == ReplicationSetup{2, 1, kDb2});
}

TEST_CASE("a fault of the set-up is logged when it comes and when it goes, and shown in between") {
    const Config config = five_hosts();
    State state = with(config, {2, 1, kDb2}, {2, 1, kDb1});
    Effects effects;
    watch_masters_setup(config, state, effects);
    REQUIRE(of_kind<Log>(effects).size() == 1);
    CHECK(of_kind<Log>(effects)[0].level == LogLevel::warning);
    const std::string line =
        "# Warning: auto_increment_offset is 1 on db1 and db2; set it to different numbers, or they give out the same "
        "row numbers\n";
    CHECK(show_text(config, state, at(0s)).starts_with(line));
    effects.clear();
    watch_masters_setup(config, state, effects);
    CHECK(effects.empty());
    state.hosts.at("db2").setup.auto_increment_offset = 2;
    watch_masters_setup(config, state, effects);
    REQUIRE(of_kind<Log>(effects).size() == 1);
    CHECK(of_kind<Log>(effects)[0].level == LogLevel::info);
    CHECK(show_text(config, state, at(0s)).starts_with("  db1("));
}
