#include "core/lease/holder.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/unit/lease/three_voters.hpp"

using namespace mmm;
using namespace mmm::lease;
using namespace std::chrono_literals;
using test::ThreeVoters;

namespace {

/// db1 promised epoch 5 and may be granted it.
struct Target {
    ThreeVoters cluster;
    Grant grant;

    Target() {
        auto attempt = cluster.proposal(5, "db1");
        take(attempt, cluster.promise("db1", attempt.request), cluster.now);
        grant = lease::grant(attempt);
    }
};

}  // namespace

TEST_CASE("rule 11: a grant is accepted by the process that promised, within X of its promise") {
    struct Row {
        std::string what;
        std::function<void(Target&)> happens;
        GrantRefusal refusal;
    };
    const std::vector<Row> rows = {
        {"nothing", [](Target&) {}, GrantRefusal::none},
        {"X passes", [](Target& p) { p.cluster.pass(p.cluster.timing.promise_validity()); }, GrantRefusal::none},
        {"more than X passes", [](Target& p) { p.cluster.pass(p.cluster.timing.promise_validity() + 1ms); },
         GrantRefusal::too_late},
        {"the agent restarts", [](Target& p) { p.cluster.restart("db1"); }, GrantRefusal::other_process},
        {"the restarted agent promises again",
         [](Target& p) {
             p.cluster.restart("db1");
             p.cluster.promise("db1", p.cluster.request(5, "db1"));
         },
         GrantRefusal::other_process},
        {"it loses its state", [](Target& p) { p.cluster.lose_state("db1"); }, GrantRefusal::silent},
        {"it promises a newer epoch", [](Target& p) { p.cluster.promise("db1", p.cluster.request(6, "db1")); },
         GrantRefusal::not_promised},
        {"it supports a newer epoch", [](Target& p) { p.cluster.support("db1", p.cluster.renewal_of("db2", 6)); },
         GrantRefusal::not_promised},
        {"it has accepted it already", [](Target& p) { p.cluster.accept("db1", p.grant); }, GrantRefusal::spent},
        {"the grant is for another host", [](Target& p) { p.grant.target = "db2"; }, GrantRefusal::not_for_us},
        {"the grant is of another epoch", [](Target& p) { p.grant.epoch.counter = 4; }, GrantRefusal::not_promised},
        {"the lists of voters differ", [](Target& p) { p.grant.voters += 1; }, GrantRefusal::other_voters},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        Target world;
        row.happens(world);
        CHECK(world.cluster.accept("db1", world.grant) == row.refusal);
    }
}

TEST_CASE("rule 11: an accepted epoch is saved") {
    Target world;
    CHECK(accept(world.cluster.holder.at("db1"), world.cluster.voter.at("db1"), world.grant, world.cluster.now,
                 world.cluster.timing)
              .save);
    CHECK(world.cluster.voter.at("db1").record.of(world.cluster.slot).accepted == lease::Epoch{5, "monitor"});
}

TEST_CASE("rule 11: without a first lease within X the grant is void") {
    Target world;
    auto& cluster = world.cluster;
    REQUIRE(cluster.accept("db1", world.grant) == GrantRefusal::none);
    const auto round = renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing);
    CHECK(next_end(cluster.holder.at("db1"), cluster.voter.at("db1")) ==
          cluster.now + cluster.timing.promise_validity());
    cluster.pass(cluster.timing.promise_validity() + 1ms);
    CHECK_FALSE(cluster.renew("db1", {"db1", "db2"}));
    CHECK_FALSE(cluster.lapse("db1"));
    CHECK(cluster.held("db1") == nullptr);
    CHECK(cluster.accept("db1", world.grant) == GrantRefusal::too_late);
}

TEST_CASE("rule 12: a grant is not a lease, the first majority is") {
    Target world;
    auto& cluster = world.cluster;
    cluster.accept("db1", world.grant);
    CHECK_FALSE(cluster.term("db1"));
    CHECK_FALSE(cluster.renew("db1", {"db1"}));
    CHECK_FALSE(cluster.term("db1"));
    CHECK(cluster.renew("db1", {"db1", "db2"}));
    CHECK(cluster.term("db1")->lifetime == 3s);
}

TEST_CASE("rule 13: the lease ends at a round's sending and L, however late the answers") {
    auto cluster = ThreeVoters::db1_holds();
    cluster.pass(500ms);
    const Time sent = cluster.now;
    const auto round = renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing);
    cluster.pass(900ms);
    for (const auto* voter : {"monitor", "db2"})
        count(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.support(voter, *round), cluster.now,
              cluster.timing);
    CHECK(cluster.held("db1")->lease_end == sent + cluster.timing.lease);
    CHECK(next_end(cluster.holder.at("db1"), cluster.voter.at("db1")) == sent + cluster.timing.lease);
}

TEST_CASE("rule 13: the votes of several rounds are never added up, nor one voter's counted twice") {
    auto cluster = ThreeVoters::db1_holds();
    const auto before = cluster.held("db1")->lease_end;
    cluster.pass(400ms);
    CHECK_FALSE(cluster.renew("db1", {"db2"}));
    cluster.pass(400ms);
    CHECK_FALSE(cluster.renew("db1", {"monitor"}));
    const auto round = renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing);
    for (int twice = 0; twice < 2; ++twice)
        count(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.support("monitor", *round), cluster.now,
              cluster.timing);
    CHECK(cluster.held("db1")->lease_end == before);
}

TEST_CASE("rule 13: an older round that is decided late shortens nothing") {
    auto cluster = ThreeVoters::db1_holds();
    cluster.pass(100ms);
    const auto old = renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing);
    cluster.pass(400ms);
    cluster.renew("db1", {"db1", "db2"});
    const auto end = cluster.held("db1")->lease_end;
    for (const auto* voter : {"db1", "db2"})
        CHECK(count(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.support(voter, *old), cluster.now,
                    cluster.timing)
                  .empty());
    CHECK(cluster.held("db1")->lease_end == end);
}

TEST_CASE("a round that was decided at this very moment isn't sent again") {
    auto cluster = ThreeVoters::db1_holds();
    CHECK_FALSE(renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing));
    cluster.pass(1ms);
    CHECK(renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing));
}

TEST_CASE("answers to what was never asked are ignored") {
    auto cluster = ThreeVoters::db1_holds();
    cluster.pass(100ms);
    const auto before = cluster.holder.at("db1");
    const Support good{"db2", "db1", cluster.now, {{cluster.slot, {1, "monitor"}}}, {}, Refusal::none};
    std::vector<Support> answers(3, good);
    answers[0].holder = "db2";
    answers[1].slots = {{cluster.slot, {2, "monitor"}}};
    answers[2].sent += 1s;
    for (const auto& answer : answers)
        count(cluster.holder.at("db1"), cluster.voter.at("db1"), answer, cluster.now, cluster.timing);
    CHECK(cluster.holder.at("db1") == before);
}

TEST_CASE("rule 14: a lapsed lease never revives, neither by late answers nor by the same grant") {
    auto cluster = ThreeVoters::db1_holds();
    cluster.pass(1s);
    const auto round = renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing);
    cluster.pass(1s);
    for (const auto* voter : {"db1", "db2", "monitor"})
        CHECK(count(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.support(voter, *round), cluster.now,
                    cluster.timing)
                  .empty());
    CHECK_FALSE(renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing));
    CHECK(cluster.lapse("db1"));
    CHECK_FALSE(cluster.lapse("db1"));
    CHECK_FALSE(cluster.term("db1"));
    CHECK_FALSE(cluster.give("db1", 1));
    CHECK(cluster.give("db1", 2));
}

TEST_CASE("rule 10: a release is final and saved before it is told") {
    Target world;
    auto& cluster = world.cluster;
    cluster.accept("db1", world.grant);
    cluster.renew("db1", {"db1", "db2"});
    const auto done = relinquish(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.slot);
    CHECK(done.save);
    CHECK(done.release == Release{"db1", cluster.slot, {5, "monitor"}, {5, "monitor"}});
    CHECK(cluster.held("db1") == nullptr);
    CHECK(cluster.accept("db1", world.grant) == GrantRefusal::spent);
    cluster.voter.at("db1").record.slots[cluster.slot].accepted = {};
    CHECK(cluster.accept("db1", world.grant) == GrantRefusal::spent);
    CHECK_FALSE(relinquish(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.slot).save);
}

TEST_CASE("rule 10: a host that never held releases nothing") {
    ThreeVoters cluster;
    cluster.promise("db2", cluster.request(5, "db2"));
    const auto done = relinquish(cluster.holder.at("db2"), cluster.voter.at("db2"), cluster.slot);
    CHECK_FALSE(done.save);
    CHECK_FALSE(done.release.epoch);
}

TEST_CASE("a holder that is granted a newer epoch goes on without a gap, and to its old end if it gets no majority") {
    auto cluster = ThreeVoters::db1_holds();
    const auto old = cluster.held("db1")->lease_end;
    cluster.pass(500ms);
    REQUIRE(cluster.give("db1", 2));
    CHECK(cluster.held("db1")->lease_end == old);
    CHECK(cluster.term("db1"));
    auto alone = cluster;
    CHECK(cluster.renew("db1", {"db1", "monitor"}));
    CHECK(cluster.held("db1")->lease_end == cluster.now + cluster.timing.lease);
    alone.pass(1500ms);
    CHECK(alone.lapse("db1"));
    CHECK(alone.held("db1") != nullptr);  // it still asks
    CHECK(alone.renew("db1", {"db1", "monitor"}));
}

TEST_CASE("rule 17: a restarted agent goes on only with what is left for certain") {
    struct Row {
        std::string what;
        std::function<void(ThreeVoters&)> happens;
        Duration remaining;
        bool goes_on;
    };
    const auto nothing = [](ThreeVoters&) {};
    const std::vector<Row> rows = {
        {"much is left", nothing, 3000ms, true},
        {"just more than the slack", nothing, 1501ms, true},
        {"just the slack", nothing, 1500ms, false},
        {"nothing", nothing, 0ms, false},
        {"it promised a newer epoch", [](ThreeVoters& c) { c.promise("db1", c.request(2, "db2")); }, 3000ms, false},
        {"it released the slot",
         [](ThreeVoters& c) {
             relinquish(c.holder.at("db1"), c.voter.at("db1"), c.slot);
             c.disk["db1"] = c.voter.at("db1").record;
         },
         3000ms, false},
        {"it lost its state", [](ThreeVoters& c) { c.disk["db1"] = {}; }, 3000ms, false},
        {"it never held",
         [](ThreeVoters& c) {
             c.disk["db1"] = {true, {}};
         },
         3000ms, false},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto cluster = ThreeVoters::db1_holds();
        row.happens(cluster);
        cluster.restart("db1");
        CHECK(resume(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.slot, row.remaining, cluster.now,
                     cluster.timing) == row.goes_on);
        if (!row.goes_on) continue;
        CHECK(cluster.held("db1")->lease_end == cluster.now + row.remaining - 1500ms);
        CHECK(cluster.renew("db1", {"db1", "db2"}));
    }
}

TEST_CASE("rule 18: a holder that promised a newer epoch asks for no more and ends with its lease") {
    auto cluster = ThreeVoters::db1_holds();
    const auto before = cluster.held("db1")->lease_end;
    cluster.pass(300ms);
    cluster.promise("db1", cluster.request(2, "db2"));
    CHECK_FALSE(cluster.renew("db1", {"db1", "db2", "monitor"}));
    CHECK(cluster.term("db1"));
    CHECK(cluster.held("db1")->lease_end == before);
    cluster.pass(1700ms);
    CHECK(cluster.lapse("db1"));
    CHECK(cluster.held("db1") == nullptr);
}

TEST_CASE("rule 23: with on_loss = hold the slot outlasts its lease until a newer epoch is promised") {
    ThreeVoters cluster;
    auto attempt = cluster.proposal(1, "db1");
    attempt.on_loss = OnLoss::hold;
    for (const auto* name : {"db1", "db2", "monitor"})
        take(attempt, cluster.promise(name, attempt.request), cluster.now);
    REQUIRE(cluster.accept("db1", grant(attempt)) == GrantRefusal::none);
    REQUIRE(cluster.renew("db1", {"db1", "db2"}));
    cluster.pass(10s);
    CHECK_FALSE(cluster.lapse("db1"));
    CHECK_FALSE(next_end(cluster.holder.at("db1"), cluster.voter.at("db1")));
    CHECK(cluster.term("db1")->lifetime == 3s);
    CHECK(cluster.renew("db1", {"db1", "db2"}));
    cluster.pass(10s);
    cluster.promise("db1", cluster.request(2, "db2"));
    CHECK(cluster.lapse("db1"));
}

TEST_CASE("rule 24: all slots of a host are in one round, each with its own lease") {
    auto cluster = ThreeVoters::db1_holds();
    const Slot reader{"reader", Address::v4({192, 168, 10, 129})};
    auto attempt = cluster.proposal(3, "db1");
    attempt.request.slot = reader;
    for (const auto* name : {"db1", "db2", "monitor"})
        take(attempt, cluster.promise(name, attempt.request), cluster.now);
    REQUIRE(cluster.accept("db1", grant(attempt)) == GrantRefusal::none);
    cluster.pass(100ms);
    const auto round = renewal(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.now, cluster.timing);
    REQUIRE(round);
    CHECK(round->slots == std::map<Slot, lease::Epoch>{{cluster.slot, {1, "monitor"}}, {reader, {3, "monitor"}}});
    cluster.pass(100ms);
    CHECK(cluster.renew("db1", {"db2", "monitor"}));
    cluster.promise("db1", cluster.request(9, "db2"));
    cluster.pass(100ms);
    CHECK(cluster.renew("db1", {"db2", "monitor"}));
    CHECK(cluster.holder.at("db1").slots.at(reader).lease_end == cluster.now + cluster.timing.lease);
    CHECK(cluster.held("db1")->lease_end == cluster.now - 100ms + cluster.timing.lease);
}
