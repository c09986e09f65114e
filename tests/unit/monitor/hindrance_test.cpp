#include "core/monitor/hindrance.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/with_leases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// The agent isn't heard any more, neither by us nor by others.
void away(State& state, const HostName& host) {
    silence(state, host, 10s);
}
void supported_by(State& state, const HostName& voter, const HostName& holder, Duration age) {
    state.hosts.at(voter).status->lease.supported[kWriter] = {true, epoch(7), holder, age};
}
void nobody_supports(State& state) {
    for (const char* voter : {"db2", "db3", "db4"}) supported_by(state, voter, "db1", 5s);
    state.lease.voter.life.supported.erase(kWriter);
}

}  // namespace

TEST_CASE("candidate, majority and the old holder's leaving are judged before anybody is asked to promise") {
    struct {
        const char* name;
        void (*change)(State&);
        Obstacle what;
        std::set<HostName> hosts;
    } const cases[] = {
        {"db1 gave it up", [](State&) {}, Obstacle::none, {}},
        {"nobody is to have it", [](State& s) { s.slots.at(kWriter).holder.clear(); }, Obstacle::no_host, {}},
        {"its agent is away", [](State& s) { away(s, "db2"); }, Obstacle::agent_away, {"db2"}},
        {"it has no record",
         [](State& s) { s.hosts.at("db2").status->lease.silent_for = 3s; },
         Obstacle::target_unfit,
         {"db2"}},
        {"it has another list",
         [](State& s) { s.hosts.at("db2").status->lease.voters = 1; },
         Obstacle::target_unfit,
         {"db2"}},
        {"we have no record", [](State& s) { s.lease.voter.record.settled = false; }, Obstacle::monitor_silent, {}},
        {"two of five voters",
         [](State& s) {
             away(s, "db3");
             away(s, "db4");
             away(s, "db1");
         },
         Obstacle::no_majority,
         {}},
        {"three of five voters",
         [](State& s) {
             away(s, "db3");
             away(s, "db4");
         },
         Obstacle::none,
         {}},
        {"silent voters don't count",
         [](State& s) {
             away(s, "db4");
             for (const char* name : {"db1", "db3"}) s.hosts.at(name).status->lease.silent_for = 1s;
         },
         Obstacle::no_majority,
         {}},
        {"db1 may hold without a lease",
         [](State& s) {
             s.slots.at(kWriter).maybe_held.insert("db1");
             s.hosts.at("db1").by_lease = false;
         },
         Obstacle::by_contact,
         {"db1"}},
        {"db1 is on its way out",
         [](State& s) { s.slots.at(kWriter).maybe_held.insert("db1"); },
         Obstacle::leaving,
         {"db1"}},
        {"db1 is on its way out for too long",
         [](State& s) {
             s.slots.at(kWriter).maybe_held.insert("db1");
             s.slots.at(kWriter).since = kStart - 11s;
         },
         Obstacle::none,
         {}},
        {"the same, but a planned move is given up instead",
         [](State& s) {
             s.slots.at(kWriter).maybe_held.insert("db1");
             s.slots.at(kWriter).since = kStart - 11s;
             s.move = PlannedMove{"db1", "db2", kStart + 1s};
         },
         Obstacle::leaving,
         {"db1"}},
        {"db1 was there again just now, and is told",
         [](State& s) {
             s.slots.at(kWriter).maybe_held.insert("db1");
             s.slots.at(kWriter).since = kStart - 60s;
             s.hosts.at("db1").connected_at = kStart - 1s;
         },
         Obstacle::leaving,
         {"db1"}},
        {"db1 is away, and voters support it",
         [](State& s) {
             away(s, "db1");
             s.slots.at(kWriter).maybe_held.insert("db1");
             s.hosts.at("db1").status->lease.released.clear();
         },
         Obstacle::lives_unseen,
         {"db1"}},
        {"db1 is away, one voter supports it",
         [](State& s) {
             away(s, "db1");
             nobody_supports(s);
             s.hosts.at("db1").status->lease.released.clear();
             supported_by(s, "db4", "db1", 999ms);
         },
         Obstacle::lives_unseen,
         {"db1"}},
        {"db1 is away, and gave up what they supported", [](State& s) { away(s, "db1"); }, Obstacle::none, {}},
        {"db1 is away, and nobody supports it",
         [](State& s) {
             away(s, "db1");
             s.hosts.at("db1").status.reset();
             nobody_supports(s);
         },
         Obstacle::none,
         {}},
        {"db1 is away, and the last that supported it as well",
         [](State& s) {
             away(s, "db1");
             s.hosts.at("db1").status.reset();
             nobody_supports(s);
             supported_by(s, "db4", "db1", 100ms);
             away(s, "db4");
         },
         Obstacle::none,
         {}},
        {"db1 killed: nothing of it counts",
         [](State& s) {
             away(s, "db1");
             s.hosts.at("db1").status.reset();
             nobody_supports(s);
             s.slots.at(kWriter).maybe_held.insert("db1");
         },
         Obstacle::none,
         {}},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = leased(config);
        moves_to_db2(state);
        each.change(state);
        const Hindrance found = hindrance(config, state, kWriter, kStart);
        CHECK(found.what == each.what);
        CHECK(found.hosts == each.hosts);
    }
}
