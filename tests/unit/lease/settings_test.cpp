#include "core/lease/settings.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::lease;
using namespace std::chrono_literals;

namespace {

config::Config cluster(const std::vector<std::pair<HostName, HostMode>>& hosts) {
    config::Config config;
    for (const auto& [name, mode] : hosts) config.hosts[name].mode = mode;
    return config;
}

config::Config large() {
    std::vector<std::pair<HostName, HostMode>> hosts{{"y", HostMode::master}, {"z", HostMode::master}};
    for (const auto* name : {"a", "b", "c", "d", "e", "f"}) hosts.emplace_back(name, HostMode::slave);
    return cluster(hosts);
}

}  // namespace

TEST_CASE(
    "lease, drift and on_loss of the configuration are those of the protocol, with eight rounds a lease or more") {
    config::Config config;
    CHECK(timing_of(config) == Timing{});
    config.lease = 8s;
    config.drift = {200};
    config.quorum.on_loss = config::OnLoss::hold;
    const Timing timing = timing_of(config);
    CHECK(timing.lease == 8s);
    CHECK(timing.renew_every == 1s);
    CHECK(timing.drift_ppm == 200);
    CHECK(timing.on_loss == OnLoss::hold);
    config.lease = 60s;
    CHECK(timing_of(config).renew_every == 1s);
}

TEST_CASE("whatever lease and drift a configuration may have, the protocol can work with them") {
    for (const Duration lease : {1s, 2s, 60s}) {
        for (const std::uint32_t ppm : {10U, 1000U, 50'000U}) {
            config::Config config;
            config.lease = lease;
            config.drift = {ppm};
            INFO(lease.count() << " ms, " << ppm << " ppm");
            CHECK(validate(timing_of(config)));
        }
    }
}

TEST_CASE("the monitor and all hosts vote unless voters are named; of many the masters and the first slaves") {
    const HostMode master = HostMode::master;
    config::Config two = cluster({{"db1", master}, {"db2", master}});
    CHECK(voters_of(two).names == std::set<HostName>{"db1", "db2", "monitor"});
    CHECK(voters_of(large()).names == std::set<HostName>{"monitor", "y", "z", "a", "b", "c", "d"});
    two.quorum.voters = {"db2", "db1"};
    CHECK(voters_of(two).names == std::set<HostName>{"db1", "db2"});
}

TEST_CASE("rule 22: who reckons with another lease or drift isn't counted") {
    const config::Config config = large();
    config::Config longer = config;
    longer.lease = 3s;
    config::Config worse = config;
    worse.drift = {2000};
    CHECK(voters_of(config).accepts(voters_of(large()).hash()));
    CHECK_FALSE(voters_of(config).accepts(voters_of(longer).hash()));
    CHECK_FALSE(voters_of(config).accepts(voters_of(worse).hash()));
}

TEST_CASE("a cluster goes on without any one voter from three voters on") {
    for (const std::size_t count : {1U, 2U, 3U, 4U, 7U}) {
        Voters voters;
        for (std::size_t i = 0; i < count; ++i) voters.names.insert("db" + std::to_string(i));
        CHECK(survives_one(voters) == (count >= 3));
    }
}

TEST_CASE(
    "a program that starts with another list or lease than its record's: what is in force, and how long it is silent") {
    const Voters old = voters_of(cluster({{"db1", HostMode::master}, {"db2", HostMode::master}}));
    Record record{true, {}, old};
    Voters more = old;
    more.names.insert("db3");
    Voters many = more;
    many.names.insert("db4");
    Voters swapped = old;
    swapped.names.erase("db2");
    swapped.names.insert("db9");

    CHECK(change_of(std::nullopt, many, {}).voters == many);
    CHECK(change_of(Record{true, {}}, many, {}).voters == many);
    CHECK(change_of(record, old, {}).note.empty());
    CHECK(change_of(record, more, {}).voters == more);
    CHECK(change_of(record, more, {}).silence == 0ms);
    // Majorities of lists that differ by two need not share a voter.
    CHECK(change_of(record, many, {}).voters == old);
    CHECK(change_of(record, swapped, {}).voters == old);

    config::Config shorter = cluster({{"db1", HostMode::master}, {"db2", HostMode::master}});
    shorter.lease = 1s;
    const Timing timing = timing_of(shorter);
    const Change change = change_of(record, voters_of(shorter), timing);
    CHECK(change.voters == voters_of(shorter));
    CHECK(change.silence == Timing{}.silence());
    Voter voter = start_changed("db1", change, record, 1, Time{10s}, timing);
    CHECK_FALSE(settle(voter, Time{10s} + change.silence - 1ms));
    note_voters(voter);
    CHECK(voter.record.voters == old);  // a restart before the end is silent anew
    CHECK(settle(voter, Time{10s} + change.silence));
    CHECK(voter.record.voters == voters_of(shorter));
}

TEST_CASE("on_loss is part of what all have to agree on") {
    config::Config config = cluster({{"db1", HostMode::master}});
    const auto demote = voters_of(config).hash();
    config.quorum.on_loss = config::OnLoss::hold;
    CHECK(voters_of(config).hash() != demote);
}
