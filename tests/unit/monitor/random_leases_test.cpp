#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/unit/monitor/chaos.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// What may go wrong with leases besides.
void strike_at_leases(FakeCluster& cluster, Chaos& chaos) {
    FakeHost& host = std::next(cluster.hosts.begin(), chaos.pick(4))->second;
    switch (chaos.pick(6)) {
        case 0:
            cluster.record_works = !cluster.record_works;
            break;
        case 1:
            host.leases->disk.reset();
            break;
        case 2:
            if (chaos.pick(4) == 0) cluster.record.clear();
            break;
        default:
            host.leases->loses_grants = !host.leases->loses_grants;
    }
}

void heal_leases(FakeCluster& cluster) {
    cluster.record_works = true;
    for (auto& [name, host] : cluster.hosts) host.leases->loses_grants = false;
}

}  // namespace

TEST_CASE("with leases, whatever happens, no address is on two hosts, and healed hosts come back") {
    // MMM_SEEDS=1000 tries more of them.
    const char* const wished = std::getenv("MMM_SEEDS");
    const auto seeds = wished == nullptr ? 16U : static_cast<std::uint32_t>(std::strtoul(wished, nullptr, 10));
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        FakeCluster cluster(chaotic_config(seed));
        for (int number = 1; number <= 4; ++number) cluster.take_part("db" + std::to_string(number));
        Invariants invariants(cluster);
        Chaos chaos(cluster, seed);
        cluster.kill_works = seed % 4 == 0;
        cluster.watch = [&](const Effects& effects) {
            const auto size = static_cast<unsigned>(effects.size());
            const unsigned done = size > 1 && chaos.pick(400) == 0 ? chaos.pick(size) : size;
            invariants.watch({effects.begin(), effects.begin() + done});
            return std::size_t{done};
        };
        cluster.start_monitor();
        for (int step = 0; step < 1500 && invariants.failures.empty(); ++step) {
            if (step > 150 && chaos.pick(12) == 0) chaos.strike();
            if (step > 150 && chaos.pick(60) == 0) strike_at_leases(cluster, chaos);
            cluster.pass();
            invariants.check_hosts();
        }
        cluster.watch = [&](const Effects& effects) {
            invariants.watch(effects);
            return effects.size();
        };
        chaos.heal();
        heal_leases(cluster);
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
        CHECK(by_leases(cluster.state));
        for (const auto& [name, host] : cluster.state.hosts) CHECK(word(host.state) == "ONLINE");
        for (const auto& [slot, record] : cluster.state.slots) {
            INFO(slot.text());
            REQUIRE_FALSE(record.holder.empty());
            CHECK(cluster.hosts.at(record.holder).present().contains(slot));
            CHECK(cluster.hosts.at(record.holder).leases->holds(slot));
        }
        CHECK(cluster.state.active_master == cluster.state.slots.at(kWriter).holder);
    }
}
