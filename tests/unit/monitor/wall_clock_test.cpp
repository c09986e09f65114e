#include <catch2/catch.hpp>

#include "core/monitor/step.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// What is wished for, without the texts that people read.
std::vector<std::size_t> wishes(const Effects& effects) {
    std::vector<std::size_t> kinds;
    for (const auto& effect : effects) {
        if (!std::holds_alternative<Log>(effect)) kinds.push_back(effect.index());
    }
    return kinds;
}

}  // namespace

TEST_CASE("the time of day may jump an hour either way at any step: nothing is decided otherwise", "[scenario-16]") {
    const Config config = five_hosts();
    State steady = good_order(config);
    State jumping = steady;
    bool left = false;
    for (int round = 0; round < 300; ++round) {
        const Duration since = 100ms * round;
        // db1 dies after three seconds: the jumps meet a failover, too.
        for (const auto& [name, host] : config.hosts) {
            for (const auto& [kind, word] : kCheckWords) {
                const bool fails = name == "db1" && since > 3s;
                const Checked checked{{name, kind, fails ? Outcome::failed_soft : Outcome::ok, ""}};
                Now jumped = at(since);
                jumped.wall.since_epoch += std::chrono::hours(round % 3 - 1);
                CHECK(wishes(step(config, steady, checked, at(since))) ==
                      wishes(step(config, jumping, checked, jumped)));
            }
        }
        REQUIRE(steady == jumping);
        left = left || steady.hosts.at("db1").state == HostState::hard_offline;
    }
    CHECK(left);
}
