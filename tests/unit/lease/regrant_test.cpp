#include "core/lease/regrant.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/lease/three_voters.hpp"

using namespace mmm;
using namespace mmm::lease;
using namespace std::chrono_literals;
using test::ThreeVoters;

namespace {

const Duration kValidity = Timing{}.promise_validity();

/// The monitor died after it had moved db1's and its own vote to epoch 2, which nobody was granted. X has passed.
ThreeVoters half_done_move() {
    auto cluster = ThreeVoters::db1_holds();
    for (const auto* name : {"db2", "db1", "monitor"}) cluster.promise(name, cluster.request(2, "db2"));
    cluster.pass(kValidity);
    cluster.lapse("db1");
    return cluster;
}

bool may(const ThreeVoters& cluster, const HostName& name, Duration unheard = kValidity) {
    return may_regrant(cluster.holder.at(name), cluster.voter.at(name), cluster.slot, cluster.now - unheard,
                       cluster.now, cluster.timing);
}

}  // namespace

TEST_CASE("rule 20: only the last holder grants itself anew, and only if it can't renew and hears no monitor for X") {
    CHECK(may(half_done_move(), "db1"));
    CHECK_FALSE(may(half_done_move(), "db1", kValidity - 1ms));
    CHECK_FALSE(may(half_done_move(), "db2"));  // never held
    auto holding = ThreeVoters::db1_holds();
    CHECK_FALSE(may(holding, "db1"));
    holding.promise("db1", holding.request(2, "db2"));
    CHECK(may(holding, "db1"));  // the lease still runs, but can't be renewed
    auto restarted = half_done_move();
    restarted.restart("db1");
    CHECK_FALSE(may(restarted, "db1"));
    restarted.pass(kValidity);
    CHECK(may(restarted, "db1"));
    auto succeeded = half_done_move();
    succeeded.support("db1", succeeded.renewal_of("db2", 2));
    CHECK_FALSE(may(succeeded, "db1"));
    auto lost = half_done_move();
    lost.lose_state("db1");
    lost.pass(kValidity);
    CHECK_FALSE(may(lost, "db1"));
}

TEST_CASE("rule 20: after a half-done move and the monitor's death the old holder has the slot again, without a wait") {
    auto cluster = half_done_move();
    auto proposal = regrant(cluster.voter.at("db1"), cluster.slot, OnLoss::demote, {"db1", "db2"});
    REQUIRE(proposal);
    CHECK(proposal->request.epoch == lease::Epoch{3, "db1"});
    CHECK(proposal->request.regrant_of == lease::Epoch{1, "monitor"});
    CHECK(cluster.voter.at("db1").record.of(cluster.slot).highest == 3);
    for (const auto* name : {"db1", "db2"}) take(*proposal, cluster.promise(name, proposal->request), cluster.now);
    REQUIRE(judge(*proposal, cluster.now, cluster.timing).stage == Stage::ready);
    REQUIRE(cluster.accept("db1", grant(*proposal)) == GrantRefusal::none);
    CHECK(cluster.renew("db1", {"db1", "db2"}));
    CHECK(cluster.term("db1"));
}

TEST_CASE("rule 20: a host that was succeeded without its knowledge is refused by whoever supported the successor") {
    auto cluster = half_done_move();
    cluster.support("db2", cluster.renewal_of("db2", 2));
    CHECK(may(cluster, "db1"));
    const auto proposal = regrant(cluster.voter.at("db1"), cluster.slot, OnLoss::demote, {"db1", "db2"});
    CHECK(cluster.promise("db2", proposal->request).refusal == Refusal::held_by_other);
    CHECK(cluster.renew("db2", {}) == false);
    CHECK(cluster.support("db2", cluster.renewal_of("db2", 2)).slots.contains(cluster.slot));
}
