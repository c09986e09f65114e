#include "core/lease/proposer.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/unit/lease/three_voters.hpp"

using namespace mmm;
using namespace mmm::lease;
using namespace std::chrono_literals;
using test::ThreeVoters;
using Names = std::set<HostName>;

TEST_CASE("rule 1: an epoch goes beyond every counter that is known, and is noted before it is used") {
    const Slot slot = ThreeVoters().slot;
    Record record{true, {}};
    CHECK(next_epoch(record, slot, "monitor") == lease::Epoch{1, "monitor"});
    CHECK(next_epoch(record, slot, "monitor") == lease::Epoch{2, "monitor"});
    record.slots[slot].promised = {7, "db1"};
    CHECK(next_epoch(record, slot, "db2") == lease::Epoch{8, "db2"});
    CHECK(record.slots[slot].highest == 8);
    PromiseReply refusal;
    refusal.slot = slot;
    refusal.refusal = Refusal::outdated;
    refusal.highest = 20;
    learn(record, refusal);
    CHECK(next_epoch(record, slot, "monitor") == lease::Epoch{21, "monitor"});
    refusal.highest = 3;
    learn(record, refusal);
    CHECK(next_epoch(record, slot, "monitor") == lease::Epoch{22, "monitor"});
    // Nobody counted so far: what is left after it would be nothing.
    refusal.highest = std::numeric_limits<std::uint64_t>::max();
    learn(record, refusal);
    CHECK(next_epoch(record, slot, "monitor") == lease::Epoch{23, "monitor"});
}

TEST_CASE("rule 1: after the highest number that there is nothing is proposed, rather than a number of before") {
    const Slot slot = ThreeVoters().slot;
    constexpr auto kHighest = std::numeric_limits<std::uint64_t>::max();
    Record told{true, {}};
    told.slots[slot].highest = kHighest;
    CHECK_FALSE(next_epoch(told, slot, "monitor"));
    CHECK(told.slots[slot].highest == kHighest);
    Record promised{true, {}};
    promised.slots[slot].promised = {kHighest, "db1"};
    CHECK_FALSE(next_epoch(promised, slot, "monitor"));
}

TEST_CASE("rule 19: who lost its state proposes nothing during its silence") {
    Record record;
    CHECK_FALSE(next_epoch(record, ThreeVoters().slot, "monitor"));
}

TEST_CASE("rule 6: the target is asked first, the others after its promise") {
    ThreeVoters cluster;
    auto proposal = cluster.proposal(5, "db2");
    CHECK(to_ask(proposal) == Names{"db2"});
    take(proposal, cluster.promise("db1", proposal.request), cluster.now);
    CHECK(proposal.promises.empty());
    take(proposal, cluster.promise("db2", proposal.request), cluster.now);
    CHECK(to_ask(proposal) == Names{"db1", "monitor"});
    take(proposal, cluster.promise("db1", proposal.request), cluster.now);
    CHECK(to_ask(proposal) == Names{"monitor"});
    CHECK(grant(proposal).nonce == cluster.voter.at("db2").life.nonce);
}

TEST_CASE("rule 6: a target that isn't on the list of voters promises too, and its promise isn't counted") {
    ThreeVoters cluster;
    auto proposal = cluster.proposal(5, "db9");
    PromiseReply reply;
    reply.voter = "db9";
    reply.slot = proposal.request.slot;
    reply.epoch = proposal.request.epoch;
    take(proposal, reply, cluster.now);
    take(proposal, cluster.promise("db1", proposal.request), cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::asking);
    take(proposal, cluster.promise("db2", proposal.request), cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::ready);
}

TEST_CASE("rule 7: without a majority's promise nothing is granted, whatever was released") {
    auto cluster = ThreeVoters::db1_holds();
    auto proposal = cluster.proposal(2, "db2");
    take(proposal, relinquish(cluster.holder.at("db1"), cluster.voter.at("db1"), cluster.slot).release);
    take_kill(proposal, "db1", cluster.now);
    take(proposal, cluster.promise("db2", proposal.request), cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::asking);
    take(proposal, cluster.promise("monitor", proposal.request), cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing) == Verdict{Stage::ready, Proof::released});
}

TEST_CASE("the first promise of each voter counts, and only of this proposal") {
    ThreeVoters cluster;
    auto proposal = cluster.proposal(5, "db2");
    auto reply = cluster.promise("db2", proposal.request);
    auto other = reply;
    other.epoch.counter = 4;
    take(proposal, other, cluster.now);
    CHECK(proposal.promises.empty());
    take(proposal, reply, cluster.now);
    cluster.restart("db2");
    take(proposal, cluster.promise("db2", proposal.request), cluster.now);
    CHECK(proposal.nonce == reply.nonce);
}

namespace {

/// A promise with its report, received `passed` ago.
struct Given {
    HostName voter;
    SupportReport last;
    Duration passed;
};

Proposal with_promises(const ThreeVoters& cluster, const std::vector<Given>& promises) {
    auto proposal = cluster.proposal(5, "db2");
    for (const auto& [voter, last, passed] : promises) {
        PromiseReply reply{voter, cluster.slot, proposal.request.epoch, Refusal::none, 5, last, 7};
        take(proposal, reply, cluster.now - passed);
    }
    return proposal;
}

const Duration kWait = Timing{}.wait();

SupportReport by(const HostName& holder, Duration age, std::uint64_t counter = 4) {
    return {true, {counter, "monitor"}, holder, age};
}
SupportReport unknown(Duration age) {
    return {false, {}, {}, age};
}

}  // namespace

TEST_CASE("rule 8: the wait is what is left of W by each report, counted from its receipt; the greatest counts") {
    struct Row {
        std::string what;
        std::vector<Given> promises;
        Stage stage;
        Duration left;  ///< of the wait
    };
    const std::vector<Row> rows = {
        {"nobody supported lately", {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", kWait), 0ms}}, Stage::ready, 0ms},
        {"one did just now", {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", 0ms), 0ms}}, Stage::waiting, kWait},
        {"one did a second ago",
         {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", 1s), 0ms}},
         Stage::waiting,
         kWait - 1s},
        {"the reply is a second old",
         {{"db2", unknown(1h), 2s}, {"monitor", by("db1", 1s), 1s}},
         Stage::waiting,
         kWait - 2s},
        {"the greatest of two",
         {{"db2", by("db1", 2s), 0ms}, {"monitor", by("db1", 500ms), 0ms}},
         Stage::waiting,
         kWait - 500ms},
        {"one restarted lately",
         {{"db2", unknown(1h), 0ms}, {"monitor", unknown(300ms), 0ms}},
         Stage::waiting,
         kWait - 300ms},
        {"all is over", {{"db2", by("db1", 0ms), kWait}, {"monitor", by("db1", 0ms), kWait}}, Stage::ready, 0ms},
        {"almost", {{"db2", by("db1", 0ms), kWait}, {"monitor", by("db1", 0ms), kWait - 1ms}}, Stage::waiting, 1ms},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const ThreeVoters cluster;
        const auto verdict = judge(with_promises(cluster, row.promises), cluster.now, cluster.timing);
        CHECK(verdict.stage == row.stage);
        if (row.stage == Stage::waiting) CHECK(verdict.until == cluster.now + row.left);
        if (row.stage == Stage::ready) CHECK(verdict.proof == Proof::waited);
    }
}

TEST_CASE("rule 9: the wait is skipped only if every holder that the quorum names is proven gone") {
    struct Row {
        std::string what;
        std::vector<Given> promises;
        std::vector<Release> releases;
        bool ready;
        Names maybe;
    };
    const ThreeVoters cluster;
    const auto release = [&](const HostName& host, std::uint64_t counter) {
        return Release{host, cluster.slot, {counter, "monitor"}};
    };
    const std::vector<Row> rows = {
        {"released", {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", 0ms), 0ms}}, {release("db1", 4)}, true, {}},
        {"released more", {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", 0ms), 0ms}}, {release("db1", 9)}, true, {}},
        {"released an older epoch",
         {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", 0ms), 0ms}},
         {release("db1", 3)},
         false,
         {"db1"}},
        {"another host released",
         {{"db2", unknown(1h), 0ms}, {"monitor", by("db1", 0ms), 0ms}},
         {release("db3", 4)},
         false,
         {"db1"}},
        {"the target itself held", {{"db2", by("db2", 0ms), 0ms}, {"monitor", by("db2", 0ms), 0ms}}, {}, true, {}},
        {"one of two released",
         {{"db2", by("db1", 0ms), 0ms}, {"monitor", by("db3", 0ms), 0ms}},
         {release("db1", 4)},
         false,
         {"db3"}},
        {"unknown counts as a holder",
         {{"db2", unknown(1h), 0ms}, {"monitor", unknown(0ms), 0ms}},
         {release("db1", 9)},
         false,
         {}},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto proposal = with_promises(cluster, row.promises);
        for (const auto& each : row.releases) take(proposal, each);
        const auto verdict = judge(proposal, cluster.now, cluster.timing);
        CHECK((verdict.stage == Stage::ready) == row.ready);
        CHECK(verdict.maybe_held_by == row.maybe);
        if (row.ready) CHECK(verdict.proof == Proof::released);
    }
}

TEST_CASE("rule 10: a kill counts only if it was begun after the quorum stood") {
    const ThreeVoters cluster;
    for (const Duration before : {1s, 0s}) {
        auto proposal = with_promises(cluster, {{"db2", unknown(1h), 2s}, {"monitor", by("db1", 0ms), 1s}});
        take_kill(proposal, "db1", *proposal.quorum_at - before);
        CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::waiting);
        take_kill(proposal, "db1", *proposal.quorum_at + 1ms);
        CHECK(judge(proposal, cluster.now, cluster.timing) == Verdict{Stage::ready, Proof::released});
    }
}

TEST_CASE("rule 1: a refusal by a newer promise ends the proposal, other refusals don't") {
    ThreeVoters cluster;
    auto proposal = cluster.proposal(5, "db2");
    take(proposal, cluster.promise("db2", proposal.request), cluster.now);
    PromiseReply reply{"db1", cluster.slot, proposal.request.epoch, Refusal::silent, 0, {}, 0};
    take(proposal, reply, cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::asking);
    CHECK(to_ask(proposal).contains("db1"));
    cluster.promise("monitor", cluster.request(9, "db1"));
    take(proposal, cluster.promise("monitor", proposal.request), cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::outvoted);
    CHECK(proposal.outvoted_by == 9);
}

TEST_CASE("rule 11: a proposal whose target promised more than X ago has expired") {
    const ThreeVoters cluster;
    const Duration validity = cluster.timing.promise_validity();
    const auto stage = [&](Duration passed) {
        return judge(with_promises(cluster, {{"db2", unknown(1h), passed}, {"monitor", unknown(1h), 0ms}}), cluster.now,
                     cluster.timing)
            .stage;
    };
    CHECK(stage(validity) == Stage::ready);
    CHECK(stage(validity + 1ms) == Stage::expired);
}

TEST_CASE("rule 23: with on_loss = hold no waiting proves anything") {
    const ThreeVoters cluster;
    auto proposal = with_promises(cluster, {{"db2", by("db1", 0ms), 5s}, {"monitor", unknown(1h), 5s}});
    proposal.on_loss = OnLoss::hold;
    proposal.candidates = {"db1", "db2"};
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::held);
    CHECK(judge(proposal, cluster.now, cluster.timing).maybe_held_by == Names{"db1"});
    // It released what it held once; that it can't get anything older any more is told by its promise only.
    take(proposal, Release{"db1", cluster.slot, {4, "monitor"}, {4, "monitor"}});
    CHECK(judge(proposal, cluster.now, cluster.timing).stage == Stage::held);
    auto released = proposal;
    take(released, Release{"db1", cluster.slot, {4, "monitor"}, {5, "monitor"}});
    CHECK(judge(released, cluster.now, cluster.timing) == Verdict{Stage::ready, Proof::released});
    take_kill(proposal, "db1", cluster.now);
    CHECK(judge(proposal, cluster.now, cluster.timing) == Verdict{Stage::ready, Proof::released});
}
