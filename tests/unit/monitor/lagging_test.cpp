#include "core/monitor/lagging.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "core/monitor/allocate.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

Config with_minimum(unsigned minimum) {
    Config config = five_hosts();
    config.roles["reader"].minimum = minimum;
    return config;
}

void lag(State& state, const HostName& host, std::chrono::seconds behind) {
    state.hosts.at(host).state = HostState::replication_delay;
    state.hosts.at(host).checks.at(CheckKind::rep_backlog).behind = behind;
}

std::string reader_holders(const Config& config, State& state) {
    Effects effects;
    allocate(config, state, at(0s), effects);
    return state.slots.at(kReader).holder + " " + state.slots.at(kOtherReader).holder;
}

}  // namespace

TEST_CASE("a balanced role keeps its minimum of hosts, those that lag least", "[scenario-45]") {
    struct {
        unsigned minimum;
        int db3;  // seconds behind; -1: ONLINE, -2: REPLICATION_FAIL
        int db4;
        const char* holders;
    } const cases[] = {
        {0, 100, 200, " "},       {1, 100, 200, "db3 db3"}, {1, 200, 100, "db4 db4"}, {2, 100, 200, "db3 db4"},
        {1, -1, 200, "db3 db3"},  {2, -1, 200, "db3 db4"},  {1, -2, 200, "db4 db4"},  {2, -2, 200, "db4 db4"},
        {1, 100, 100, "db3 db3"}, {1, 150, 100, "db4 db4"}, {2, -2, -2, " "},
    };
    for (const auto& each : cases) {
        CAPTURE(each.minimum, each.db3, each.db4);
        const Config config = with_minimum(each.minimum);
        State state = good_order(config);
        for (const auto& [host, behind] : {std::pair{"db3", each.db3}, std::pair{"db4", each.db4}}) {
            if (behind >= 0) lag(state, host, std::chrono::seconds(behind));
            if (behind == -2) state.hosts.at(host).state = HostState::replication_fail;
        }
        CHECK(reader_holders(config, state) == each.holders);
    }
}

TEST_CASE("a host that lags and serves gives way only to one that is less than half as far behind", "[scenario-46]") {
    const Config config = with_minimum(1);
    State state = good_order(config);
    lag(state, "db3", 100s);
    lag(state, "db4", 200s);
    REQUIRE(reader_holders(config, state) == "db3 db3");
    for (const int behind : {150, 250, 399}) {
        lag(state, "db3", std::chrono::seconds(behind));
        CHECK(reader_holders(config, state) == "db3 db3");
    }
    lag(state, "db3", 401s);
    CHECK(reader_holders(config, state) == "db4 db4");
    // One that doesn't lag any more takes over at once, and whoever lags is out.
    state.hosts.at("db3").state = HostState::online;
    CHECK(reader_holders(config, state) == "db3 db3");
    state.hosts.at("db4").state = HostState::online;
    CHECK(reader_holders(config, state) == "db3 db4");
}

TEST_CASE("hosts of which nobody knows how far they are behind come last, and who serves of them goes on") {
    const Config config = with_minimum(1);
    State state = good_order(config);
    for (const char* const host : {"db3", "db4"}) state.hosts.at(host).state = HostState::replication_delay;
    state.slots.at(kReader).holder = state.slots.at(kOtherReader).holder = "db4";
    CHECK(reader_holders(config, state) == "db4 db4");
    lag(state, "db3", 86400s);
    CHECK(reader_holders(config, state) == "db3 db3");
}

TEST_CASE("a host that lags and serves is named") {
    const Config config = with_minimum(1);
    State state = good_order(config);
    lag(state, "db3", 100s);
    lag(state, "db4", 200s);
    reader_holders(config, state);
    std::vector<std::string> all;
    warn_of_lagging(state, all);
    REQUIRE(all.size() == 1);
    CHECK(all.front() ==
          "Warning: db3 serves reader(192.168.10.129), reader(192.168.10.130) although its replication is 100 s "
          "behind: the role's minimum of hosts isn't reached otherwise");
}

namespace {

/// The fewest addresses that have to leave hosts that could keep them, so that no host has two more than another.
int fewest_moves(const std::vector<int>& counts, int orphans) {
    // Who has most keeps most: the shares that are one larger go to the fullest hosts.
    std::vector<int> sorted = counts;
    std::sort(sorted.rbegin(), sorted.rend());
    int total = orphans;
    for (const int count : sorted) total += count;
    const int share = total / static_cast<int>(sorted.size());
    const int larger = total % static_cast<int>(sorted.size());
    int moves = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i)
        moves += std::max(0, sorted[i] - share - (static_cast<int>(i) < larger ? 1 : 0));
    return moves;
}

}  // namespace

TEST_CASE("however readers come and go, no address moves that needn't", "[scenario-46]") {
    std::mt19937 random(46);
    Config config = five_hosts();
    const std::vector<HostName> hosts{"db1", "db2", "db3", "db4"};
    config.roles["reader"].hosts = hosts;
    config.roles["reader"].ips.clear();
    for (int i = 0; i < 7; ++i) config.roles["reader"].ips.push_back(ip("192.168.10." + std::to_string(140 + i)));
    State state = good_order(five_hosts());
    state.slots.erase(kReader);
    state.slots.erase(kOtherReader);
    for (const auto& address : config.roles["reader"].ips) state.slots[{"reader", address}] = {};
    Effects effects;
    allocate(config, state, at(0s), effects);
    for (int round = 0; round < 2000; ++round) {
        std::vector<HostName> able;
        for (const auto& host : hosts) {
            const bool online = random() % 3 != 0;
            state.hosts.at(host).state = online ? HostState::online : HostState::replication_fail;
            if (online) able.push_back(host);
        }
        const State before = state;
        std::vector<int> counts(able.size(), 0);
        int orphans = 0;
        for (const auto& [slot, record] : before.slots) {
            if (slot.role != "reader") continue;
            const auto holder = std::find(able.begin(), able.end(), record.holder);
            if (holder == able.end())
                ++orphans;
            else
                ++counts[static_cast<std::size_t>(holder - able.begin())];
        }
        effects.clear();
        allocate(config, state, at(0s), effects);
        int moved = 0;
        std::map<HostName, int> now;
        for (const auto& [slot, record] : state.slots) {
            if (slot.role != "reader") continue;
            ++now[record.holder];
            const HostName& was = before.slots.at(slot).holder;
            if (record.holder != was && std::find(able.begin(), able.end(), was) != able.end()) ++moved;
        }
        if (able.empty()) continue;
        CAPTURE(round, able.size(), orphans);
        CHECK(moved == fewest_moves(counts, orphans));
        int most = 0;
        int least = 7;
        for (const auto& host : able) {
            most = std::max(most, now[host]);
            least = std::min(least, now[host]);
        }
        CHECK(most - least < 2);
    }
}
