#include "core/monitor/proposals.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "core/monitor/fence.hpp"
#include "tests/unit/monitor/with_leases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

struct Moving {
    Config config = five_hosts();
    State state = leased(config);
    Effects effects;
    SlotRecord& writer = state.slots.at(kWriter);

    Moving() { moves_to_db2(state); }
    /// One more step; db1 to db4 go on speaking as before. Returns what is to be sent, all of which may leave.
    std::vector<SendLease> at(Duration when, bool anew = true) {
        for (auto& [name, host] : state.hosts) host.heard = host.heard_by_anyone = kStart + when;
        propose(config, state, anew, kStart + when, effects);
        std::vector<SendLease> sent;
        for (auto& [to, message] : std::exchange(state.lease.outbox, {})) sent.push_back({to, message});
        return sent;
    }
    void promises(std::initializer_list<const char*> voters, Duration when) {
        for (const char* voter : voters) take_reply(state, reply(state, voter), kStart + when);
    }
    std::set<HostName> to(const std::vector<SendLease>& sent) {
        std::set<HostName> names;
        for (const auto& one : sent) names.insert(one.to);
        return names;
    }
};

bool is_grant(const SendLease& sent) {
    return std::holds_alternative<lease::Grant>(sent.message);
}

}  // namespace

TEST_CASE("the target is asked first, then all others, then it is granted at once if the old holder released") {
    Moving moving;
    CHECK(moving.to(moving.at(0ms)) == std::set<HostName>{"db2"});
    CHECK(moving.writer.attempt->proposal.request.epoch == epoch(8));
    CHECK(moving.at(100ms).empty());
    moving.promises({"db2"}, 200ms);
    CHECK(moving.to(moving.at(200ms)) == std::set<HostName>{"db1", "db3", "db4"});
    CHECK(moving.writer.granted_to.empty());
    moving.promises({"db3"}, 300ms);  // and our own
    const auto sent = moving.at(300ms);
    REQUIRE(sent.size() == 1);
    CHECK(is_grant(sent[0]));
    CHECK(sent[0].to == "db2");
    CHECK(moving.writer.granted_to == "db2");
    CHECK(moving.writer.epoch == 8);
}

TEST_CASE("whoever hasn't answered is asked again after half a second, and nobody after a majority") {
    Moving moving;
    moving.at(0ms);
    CHECK(moving.at(400ms).empty());
    CHECK(moving.to(moving.at(500ms)) == std::set<HostName>{"db2"});
    moving.state.hosts.at("db1").status->lease.released.clear();
    moving.writer.attempt->proposal.released.clear();
    moving.promises({"db2"}, 600ms);
    moving.at(600ms);
    CHECK(moving.to(moving.at(1100ms)) == std::set<HostName>{"db1", "db3", "db4"});
    moving.promises({"db3"}, 1200ms);
    CHECK(moving.at(1700ms).empty());  // waiting for what may be left of db1's lease
    CHECK(moving.writer.granted_to.empty());
}

TEST_CASE("a grant is repeated until the target reports its epoch, asked for or leased") {
    for (const bool leased : {false, true}) {
        Moving moving;
        moving.at(0ms);
        moving.promises({"db2", "db3"}, 0ms);
        CHECK(moving.at(0ms).size() >= 1);
        CHECK(moving.at(400ms).empty());
        CHECK(is_grant(moving.at(500ms).at(0)));
        moving.state.hosts.at("db2").status->lease.held[kWriter] = {epoch(8), leased, 0ms, {}};
        CHECK(moving.at(1000ms).empty());
        CHECK_FALSE(moving.writer.attempt);
        CHECK(moving.writer.granted_to == "db2");
        // When it reports nothing of it any more it is without, and gets another grant.
        moving.state.hosts.at("db2").status->lease.held.clear();
        moving.at(1100ms);
        CHECK(moving.writer.granted_to.empty());
        CHECK(moving.writer.attempt->proposal.request.epoch == epoch(9));
    }
}

TEST_CASE("what ends an attempt, and what comes next") {
    struct {
        const char* name;
        void (*happens)(Moving&);
        std::uint64_t next;  ///< counter of the next attempt; 0: none
    } const cases[] = {
        {"a voter promised something newer",
         [](Moving& m) { take_reply(m.state, reply(m.state, "db3", lease::Refusal::outdated, 20), kStart); }, 21},
        {"the target refused: it is asked again",
         [](Moving& m) { take_reply(m.state, reply(m.state, "db2", lease::Refusal::silent), kStart); }, 8},
        {"the assignment is taken back: db1 released, so it needs a new one",
         [](Moving& m) {
             m.writer.holder = "db1";
             m.state.hosts.at("db1").status->present.clear();
         },
         9},
        {"the target's link is new", [](Moving& m) { drop_attempts_for(m.state, "db2"); }, 9},
        {"another host's link is new", [](Moving& m) { drop_attempts_for(m.state, "db3"); }, 8},
        {"nobody is to have it", [](Moving& m) { m.writer.holder.clear(); }, 0},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Moving moving;
        moving.at(0ms);
        each.happens(moving);
        moving.at(100ms);
        CHECK((moving.writer.attempt ? moving.writer.attempt->proposal.request.epoch.counter : 0) == each.next);
    }
}

TEST_CASE("a promise that is too old for a grant is asked for anew, one line in the log for all of them") {
    Moving moving;
    moving.state.hosts.at("db1").status->lease.released.clear();
    moving.at(0ms);
    moving.promises({"db2"}, 0ms);
    for (Duration when = 100ms; when <= 6s; when += 100ms) moving.at(when);
    CHECK(moving.writer.attempt->proposal.request.epoch == epoch(9));
    moving.promises({"db2"}, 6s);
    for (Duration when = 6s; when <= 12s; when += 100ms) moving.at(when);
    CHECK(moving.writer.attempt->proposal.request.epoch == epoch(10));
    int warnings = 0;
    for (const auto& log : of_kind<Log>(moving.effects)) warnings += log.level == LogLevel::warning ? 1 : 0;
    CHECK(warnings == 1);
}

TEST_CASE("in passive mode nothing is begun, and what was begun is finished") {
    Moving idle;
    CHECK(idle.at(0ms, false).empty());
    CHECK_FALSE(idle.writer.attempt);
    Moving begun;
    begun.at(0ms);
    begun.promises({"db2", "db3"}, 100ms);
    begun.at(100ms, false);
    CHECK(begun.writer.granted_to == "db2");
}

TEST_CASE("a holder that voters may refuse from now on gets a new grant, and goes on meanwhile") {
    Moving moving;
    moving.state = leased(moving.config);
    CHECK(moving.at(0ms).empty());
    moving.state.lease.voter.record.slots[kWriter].highest = 8;  // the monitor before asked for 8
    CHECK(moving.to(moving.at(100ms)) == std::set<HostName>{"db1"});
    CHECK(moving.state.slots.at(kWriter).granted_to == "db1");
    CHECK(moving.state.slots.at(kWriter).attempt->proposal.request.epoch == epoch(9));
}

TEST_CASE("numbers go on where contact alone stopped") {
    Moving moving;
    moving.state.lease.voter.record.slots.clear();
    moving.writer.epoch = 41;
    moving.at(0ms);
    CHECK(moving.writer.attempt->proposal.request.epoch.counter == 42);
}

TEST_CASE("an agent that says the highest number that there is neither ends the numbers nor wraps them") {
    constexpr auto kHighest = std::numeric_limits<std::uint64_t>::max();
    Moving staying;
    staying.state = leased(staying.config);
    staying.state.hosts.at("db1").status->lease.held.at(kWriter).epoch.counter = kHighest;
    staying.at(0ms);
    CHECK(staying.state.slots.at(kWriter).epoch == 7);

    Moving moving;
    moving.at(0ms);
    const auto asked = moving.writer.attempt->proposal.request.epoch.counter;
    lease::PromiseReply lie = reply(moving.state, "db2");
    lie.refusal = lease::Refusal::outdated;
    lie.highest = kHighest;
    take_reply(moving.state, lie, kStart);
    CHECK(moving.state.lease.voter.record.of(kWriter).highest == asked);
    moving.promises({"db2", "db3", "db4"}, 100ms);
    moving.at(100ms);
    CHECK(moving.writer.granted_to == "db2");  // it isn't outvoted by that
    CHECK(moving.writer.epoch == asked);
}

TEST_CASE("a kill counts only if it was begun after a majority promised") {
    for (const auto& [started, counts] : {std::pair{200ms, false}, {300ms, false}, {301ms, true}}) {
        Moving moving;
        moving.state.hosts.at("db1").status->lease.released.clear();
        moving.at(0ms);
        moving.promises({"db2", "db3", "db4"}, 300ms);
        moving.at(300ms);
        CHECK(moving.writer.granted_to.empty());
        take_kill_of(moving.state, "db1", kStart + started);
        moving.at(400ms);
        CHECK((moving.writer.granted_to == "db2") == counts);
    }
}

TEST_CASE("a host that holds by lease is cut off when a majority promised a slot away from it") {
    Moving moving;
    moving.writer.maybe_held = {"db1"};
    moving.state.hosts.at("db1").status->lease.released.clear();
    moving.writer.since = kStart - 20s;  // it has had its time to let go
    CHECK_FALSE(is_cut_off(moving.state, "db1", kStart));
    moving.at(0ms);
    moving.promises({"db2"}, 0ms);
    CHECK_FALSE(is_cut_off(moving.state, "db1", kStart + 1ms));
    moving.promises({"db3", "db4"}, 100ms);
    CHECK_FALSE(is_cut_off(moving.state, "db1", kStart + 100ms));
    CHECK(is_cut_off(moving.state, "db1", kStart + 101ms));
    CHECK_FALSE(is_cut_off(moving.state, "db3", kStart + 101ms));
}

TEST_CASE("with on_loss = hold the operator's word is a proof, also if it came before the majority's promise") {
    Moving moving;
    moving.state.lease.timing.on_loss = lease::OnLoss::hold;
    moving.state.hosts.at("db1").status->lease.released.clear();
    moving.state.hosts.at("db1").confirmed_dead = true;
    moving.at(0ms);
    moving.promises({"db2", "db3", "db4"}, 100ms);
    moving.at(100ms);
    CHECK(moving.writer.granted_to.empty());  // not at the very moment
    moving.at(200ms);
    CHECK(moving.writer.granted_to == "db2");
}
