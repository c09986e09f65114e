#include "core/proto/alive_exchange.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::proto;
using namespace std::chrono_literals;

namespace {

using Kind = AliveExchange::Kind;
using Verdict = AliveExchange::Verdict;

/// Two agents, one of which may be started anew.
struct Pair {
    AliveExchange db1{"aa"};
    AliveExchange db2{"bb"};
    Time now{1h};

    Alive from_db1() { return round(db1, "db1", "db2"); }
    Alive from_db2() { return round(db2, "db2", "db1"); }
    Verdict to_db1(const Alive& alive) { return db1.take(alive, now); }
    Verdict to_db2(const Alive& alive) { return db2.take(alive, now); }
    /// Both know each other.
    void meet() {
        CHECK(to_db2(from_db1()).kind == Kind::unproved);
        CHECK(to_db1(from_db2()).kind == Kind::fresh);
        CHECK(to_db2(from_db1()).kind == Kind::fresh);
    }

  private:
    Alive round(AliveExchange& from, const HostName& self, const HostName& to) const {
        from.begin_round(now);
        return from.datagram(self, "C1", to);
    }
};

}  // namespace

TEST_CASE("what echoes a recent round of ours is a sign of life, as old as that round at most") {
    Pair pair;
    const Alive first = pair.from_db1();
    CHECK(first == Alive{"db1", "C1", 1, "aa", {}});
    CHECK(pair.to_db2(first) == Verdict{Kind::unproved});
    pair.now += 250ms;
    const Alive answer = pair.from_db2();
    CHECK(answer == Alive{"db2", "C1", 1, "bb", {{"aa", 1}}});
    pair.now += 30ms;
    CHECK(pair.to_db1(answer) == Verdict{Kind::fresh, 280ms});
    CHECK(pair.to_db2(pair.from_db1()) == Verdict{Kind::fresh, 30ms});
}

TEST_CASE("an echo is worth as much as its newest round, until the limit") {
    Pair pair;
    pair.meet();
    const Alive old = pair.from_db2();
    pair.now += kEchoLimit - 1ms;
    CHECK(pair.to_db1(old) == Verdict{Kind::fresh, kEchoLimit - 1ms});
    const Alive older = pair.from_db2();
    pair.now += 1ms;
    CHECK(pair.to_db1(older) == Verdict{Kind::unproved});
}

TEST_CASE("a datagram counts once, and not after a later one") {
    Pair pair;
    pair.meet();
    const Alive early = pair.from_db2();
    const Alive late = pair.from_db2();
    CHECK(pair.to_db1(late).kind == Kind::fresh);
    CHECK(pair.to_db1(late).kind == Kind::repeated);
    CHECK(pair.to_db1(early).kind == Kind::repeated);
}

TEST_CASE("a recording proves nothing to a process that was started since") {
    Pair pair;
    pair.meet();
    std::vector<Alive> recording;
    for (int i = 0; i < 8; ++i, pair.now += 250ms) {
        recording.push_back(pair.from_db2());
        CHECK(pair.to_db1(recording.back()).kind == Kind::fresh);
        CHECK(pair.to_db2(pair.from_db1()).kind == Kind::fresh);
    }
    pair.db1 = AliveExchange("a2");
    for (int i = 0; i < 20; ++i) {
        (void)pair.from_db1();
        for (const auto& each : recording) CHECK(pair.to_db1(each).kind != Kind::fresh);
    }
}

TEST_CASE("a recording of an earlier process can't take the place of the one that lives") {
    Pair pair;
    pair.meet();
    std::vector<Alive> recording;
    for (int i = 0; i < 8; ++i) recording.push_back(pair.from_db2());
    pair.now += 1h;
    pair.db2 = AliveExchange("b2");
    pair.meet();
    for (int i = 0; i < 20; ++i, pair.now += 250ms) {
        for (const auto& each : recording) CHECK(pair.to_db1(each).kind != Kind::fresh);
        CHECK(pair.to_db2(pair.from_db1()).kind == Kind::fresh);
        CHECK(pair.to_db1(pair.from_db2()).kind == Kind::fresh);
    }
}

TEST_CASE("a restarted agent is a sign of life again with its second round at the latest") {
    Pair pair;
    pair.meet();
    pair.now += 1s;
    pair.db2 = AliveExchange("b2");
    CHECK(pair.to_db1(pair.from_db2()).kind == Kind::unproved);
    const Alive echo = pair.from_db1();
    CHECK(echo.echoes == std::vector<AliveMark>{{"bb", 1}, {"b2", 1}});
    CHECK(pair.to_db2(echo).kind == Kind::fresh);
    CHECK(pair.to_db1(pair.from_db2()).kind == Kind::fresh);
    CHECK(pair.from_db1().echoes == std::vector<AliveMark>{{"b2", 2}});
}

TEST_CASE("who doesn't hear us is no sign of life, even while we hear it") {
    Pair pair;
    pair.meet();
    for (int i = 0; i < 20; ++i, pair.now += 250ms) {
        (void)pair.from_db1();  // lost
        const auto verdict = pair.to_db1(pair.from_db2());
        CHECK((verdict.kind == Kind::fresh) == (i < 8));
    }
}

TEST_CASE("echoes that are made up prove nothing") {
    Pair pair;
    for (int i = 0; i < 100; ++i, pair.now += 10ms) (void)pair.from_db1();
    std::uint64_t counter = 0;
    for (const AliveMark& echo : {AliveMark{"aa", 0}, AliveMark{"aa", 101}, AliveMark{"aa", 36}, AliveMark{"ab", 100},
                                  AliveMark{"aa", ~std::uint64_t{0}}}) {
        INFO(echo.process << ":" << echo.counter);
        CHECK(pair.to_db1({"db2", "C1", ++counter, "bb", {echo}}).kind == Kind::unproved);
    }
    CHECK(pair.to_db1({"db2", "C1", ++counter, "bb", {{"aa", 37}}}).kind == Kind::fresh);
    CHECK(pair.to_db1({"db2", "C1", ++counter, "", {{"aa", 100}}}).kind == Kind::unproved);
}
