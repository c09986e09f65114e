#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/unit/monitor/chaos.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

TEST_CASE("whatever happens, no slot is given to a host while another may hold it, and healed hosts come back") {
    // MMM_SEEDS=1000 tries more of them.
    const char* const wished = std::getenv("MMM_SEEDS");
    const auto seeds = wished == nullptr ? 16U : static_cast<std::uint32_t>(std::strtoul(wished, nullptr, 10));
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        FakeCluster cluster(chaotic_config(seed));
        Invariants invariants(cluster);
        Chaos chaos(cluster, seed);
        cluster.kill_works = seed % 4 == 0;
        cluster.watch = [&](const Effects& effects) {
            // Now and then the monitor dies in the middle of its effects.
            const auto size = static_cast<unsigned>(effects.size());
            const unsigned done = size > 1 && chaos.pick(400) == 0 ? chaos.pick(size) : size;
            invariants.watch({effects.begin(), effects.begin() + done});
            return std::size_t{done};
        };
        cluster.start_monitor();
        for (int step = 0; step < 1500 && invariants.failures.empty(); ++step) {
            if (step > 50 && chaos.pick(12) == 0) chaos.strike();
            cluster.pass();
            invariants.check_hosts();
        }
        cluster.watch = [&](const Effects& effects) {
            invariants.watch(effects);
            return effects.size();
        };
        chaos.heal();
        cluster.handle(AdminAsked{1, {"set_active"}, "chaos"});
        for (int step = 0; step < 700 && invariants.failures.empty(); ++step) {
            for (const auto& [name, host] : cluster.state.hosts) {
                if (host.state == HostState::admin_offline)
                    cluster.handle(AdminAsked{1, {"set_online", name}, "chaos"});
            }
            cluster.pass();
            invariants.check_hosts();
        }
        INFO("seed " << seed << chaos.story());
        CAPTURE(invariants.failures);
        REQUIRE(invariants.failures.empty());
        for (const auto& [name, host] : cluster.state.hosts) CHECK(word(host.state) == "ONLINE");
        for (const auto& [slot, record] : cluster.state.slots) {
            INFO(slot.text());
            REQUIRE_FALSE(record.holder.empty());
            CHECK(cluster.hosts.at(record.holder).present().contains(slot));
        }
        CHECK(cluster.state.active_master == cluster.state.slots.at(kWriter).holder);
    }
}
