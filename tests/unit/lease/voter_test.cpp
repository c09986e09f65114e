#include "core/lease/voter.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/lease/three_voters.hpp"

using namespace mmm;
using namespace mmm::lease;
using namespace std::chrono_literals;
using test::ThreeVoters;

TEST_CASE("rule 2: a promise is saved before the answer, and binds a restarted voter") {
    ThreeVoters cluster;
    const auto answer = promise(cluster.voter.at("db2"), cluster.request(5, "db1"), cluster.now);
    CHECK(answer.reply.refusal == Refusal::none);
    REQUIRE(answer.save);
    cluster.disk["db2"] = cluster.voter.at("db2").record;
    cluster.restart("db2");
    CHECK(cluster.promise("db2", cluster.request(4, "db1")).refusal == Refusal::outdated);
    CHECK(cluster.support("db2", cluster.renewal_of("db1", 4)).slots.empty());
}

TEST_CASE("rule 2: what a voter promised decides what it promises and supports next") {
    struct Row {
        lease::Epoch asked;
        bool promised;
    };
    const std::vector<Row> rows = {
        {{}, false},           {{4, "monitor"}, false}, {{5, "db1"}, false}, {{5, "monitor"}, true},
        {{5, "second"}, true}, {{6, "db1"}, true},
    };
    for (const auto& row : rows) {
        INFO(row.asked.text());
        ThreeVoters cluster;
        cluster.promise("db2", cluster.request(5, "db1"));
        ThreeVoters other = cluster;
        PromiseRequest request = cluster.request(0, "db1");
        request.epoch = row.asked;
        const auto reply = cluster.promise("db2", request);
        CHECK((reply.refusal == Refusal::none) == row.promised);
        CHECK(reply.highest == 5);
        const auto supported = other.support("db2", {"db1", other.now, other.voters.hash(), {{other.slot, row.asked}}});
        CHECK(supported.slots.contains(other.slot) == row.promised);
        CHECK(supported.promised_newer.contains(other.slot) == !row.promised);
        CHECK(other.voter.at("db2").record.of(other.slot).promised == std::max(row.asked, lease::Epoch{5, "monitor"}));
    }
}

TEST_CASE("the same request gets the same promise again, and needs no second save") {
    ThreeVoters cluster;
    const auto first = cluster.promise("db1", cluster.request(5, "db1"));
    cluster.pass(1s);
    const auto again = promise(cluster.voter.at("db1"), cluster.request(5, "db1"), cluster.now);
    CHECK(again.reply.refusal == Refusal::none);
    CHECK(again.reply.nonce == first.nonce);
    CHECK_FALSE(again.save);
}

TEST_CASE("rule 1: an epoch that has a holder is promised to nobody, also by a restarted voter") {
    auto cluster = ThreeVoters::db1_holds();
    for (const bool restarted : {false, true}) {
        if (restarted) cluster.restart("db2");
        const auto reply = cluster.promise("db2", cluster.request(1, "db2"));
        CHECK(reply.refusal == Refusal::outdated);
        CHECK(reply.highest == 1);
    }
}

TEST_CASE("rule 11: a repeated request doesn't make the target's promise younger") {
    ThreeVoters cluster;
    cluster.promise("db1", cluster.request(5, "db1"));
    const Time first = cluster.now;
    cluster.pass(1s);
    cluster.promise("db1", cluster.request(5, "db1"));
    CHECK(cluster.voter.at("db1").life.promised.at(cluster.slot).at == first);
}

TEST_CASE("rule 3: the holder's own vote is taken as all others") {
    auto cluster = ThreeVoters::db1_holds();
    cluster.promise("db1", cluster.request(2, "db2"));
    CHECK(cluster.support("db1", cluster.renewal_of("db1", 1)).slots.empty());
}

TEST_CASE("rule 4: a newer epoch in a renewal is adopted and saved") {
    ThreeVoters cluster;
    const auto answer = support(cluster.voter.at("db2"), cluster.renewal_of("db1", 7), cluster.now);
    CHECK(answer.reply.slots.contains(cluster.slot));
    REQUIRE(answer.save);
    CHECK(cluster.voter.at("db2").record.of(cluster.slot).promised == lease::Epoch{7, "monitor"});
    // The next round is nothing new.
    CHECK_FALSE(support(cluster.voter.at("db2"), cluster.renewal_of("db1", 7), cluster.now).save);
}

TEST_CASE("rule 5: a second monitor neither promises nor supports") {
    ThreeVoters cluster;
    cluster.voter.at("monitor").votes = false;
    CHECK(cluster.promise("monitor", cluster.request(5, "db1")).refusal == Refusal::not_a_voter);
    const auto answer = cluster.support("monitor", cluster.renewal_of("db1", 5));
    CHECK(answer.refusal == Refusal::not_a_voter);
    CHECK(answer.slots.empty());
}

TEST_CASE("rule 8: a promise reports the last support and its age") {
    ThreeVoters cluster;
    cluster.support("db2", cluster.renewal_of("db1", 3));
    cluster.pass(700ms);
    cluster.support("db2", cluster.renewal_of("db1", 4));
    cluster.pass(1200ms);
    const auto reply = cluster.promise("db2", cluster.request(5, "db2"));
    CHECK(reply.last == SupportReport{true, {4, "monitor"}, "db1", 1200ms});
}

TEST_CASE("rule 8: a restarted voter doesn't know, and what it forgot may be as young as its start") {
    ThreeVoters cluster;
    cluster.support("db2", cluster.renewal_of("db1", 4));
    cluster.pass(500ms);
    cluster.restart("db2");
    cluster.pass(300ms);
    CHECK(cluster.promise("db2", cluster.request(5, "db2")).last == SupportReport{false, {}, {}, 300ms});
}

TEST_CASE("rule 19: of a slot never seen the holder is unknown, and the age is the uptime") {
    ThreeVoters cluster;
    CHECK(cluster.promise("db2", cluster.request(1, "db2")).last ==
          SupportReport{false, {}, {}, std::chrono::hours(1)});
}

TEST_CASE("rule 19: a voter without its state file is silent for S, not less") {
    ThreeVoters cluster;
    cluster.lose_state("db2");
    Voter& voter = cluster.voter.at("db2");
    cluster.pass(cluster.timing.silence() - 1ms);
    CHECK_FALSE(settle(voter, cluster.now));
    CHECK(cluster.promise("db2", cluster.request(9, "db1")).refusal == Refusal::silent);
    CHECK(cluster.support("db2", cluster.renewal_of("db1", 9)).refusal == Refusal::silent);
    CHECK(voter.record.slots.empty());
    cluster.pass(1ms);
    CHECK(settle(voter, cluster.now));
    CHECK(voter.record.settled);
    CHECK_FALSE(settle(voter, cluster.now));
    CHECK(cluster.promise("db2", cluster.request(9, "db1")).refusal == Refusal::none);
}

TEST_CASE("rule 19: a state file written during the silence doesn't end it at the next start") {
    ThreeVoters cluster;
    cluster.lose_state("db2");
    cluster.disk["db2"] = cluster.voter.at("db2").record;
    cluster.pass(1s);
    cluster.restart("db2");
    cluster.pass(cluster.timing.silence() - 1ms);
    CHECK_FALSE(settle(cluster.voter.at("db2"), cluster.now));
}

TEST_CASE("rule 20: a self-regrant is refused by a voter that supported a newer epoch, also after its restart") {
    for (const bool restarted : {false, true}) {
        ThreeVoters cluster;
        cluster.support("db2", cluster.renewal_of("db2", 6));
        if (restarted) cluster.restart("db2");
        auto request = cluster.request(7, "db1", "db1");
        request.regrant_of = {5, "monitor"};
        CHECK(cluster.promise("db2", request).refusal == Refusal::held_by_other);
        CHECK(cluster.voter.at("db2").record.of(cluster.slot).promised == lease::Epoch{6, "monitor"});
        request.regrant_of = {6, "monitor"};
        CHECK(cluster.promise("db2", request).refusal == Refusal::none);
    }
}

TEST_CASE("rule 22: who counts by another list of voters gets neither promise nor support") {
    ThreeVoters cluster;
    auto request = cluster.request(5, "db1");
    request.voters = Voters{{"db1", "db2", "db3", "monitor"}}.hash();
    CHECK(cluster.promise("db2", request).refusal == Refusal::other_voters);
    auto renewal = cluster.renewal_of("db1", 5);
    renewal.voters = request.voters;
    CHECK(cluster.support("db2", renewal).refusal == Refusal::other_voters);
    CHECK(cluster.voter.at("db2").record.slots.empty());
}

TEST_CASE("rule 24: slots have epochs of their own, and one round asks for all of a host") {
    ThreeVoters cluster;
    const Slot reader{"reader", Address::v4({192, 168, 10, 129})};
    cluster.promise("db2", cluster.request(5, "db2"));
    auto renewal = cluster.renewal_of("db1", 4);
    renewal.slots.emplace(reader, lease::Epoch{1, "monitor"});
    const auto answer = cluster.support("db2", renewal);
    CHECK(answer.slots == std::map<Slot, lease::Epoch>{{reader, {1, "monitor"}}});
    CHECK(answer.promised_newer == std::map<Slot, lease::Epoch>{{cluster.slot, {5, "monitor"}}});
}
