#include "core/monitor/unseen.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/monitor/with_leases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

std::ptrdiff_t lines_of_db1(const Effects& effects) {
    const auto logs = of_kind<Log>(effects);
    return std::count_if(logs.begin(), logs.end(), [](const Log& log) { return log.fields.at(0).second == "db1"; });
}

}  // namespace

TEST_CASE("a host that only we don't reach keeps its state and its roles") {
    struct {
        const char* name;
        void (*change)(State&, HostRecord&);
        bool unseen;
    } const cases[] = {
        {"it is there", [](State&, HostRecord& h) { h.heard = kStart; }, false},
        {"others support its lease", [](State&, HostRecord&) {}, true},
        {"its checks are fine, and others hear its agent",
         [](State& s, HostRecord&) {
             set_check(s, "db1", CheckKind::ping, true);
             s.hosts.at("db1").heard_by_anyone = kStart;
         },
         false},
        {"nobody supports it",
         [](State& s, HostRecord&) {
             for (auto& [name, host] : s.hosts) host.status->lease.supported.clear();
             s.lease.voter.life.supported.clear();
         },
         false},
        {"nobody supports it, and we reach no majority",
         [](State& s, HostRecord&) {
             for (auto& [name, host] : s.hosts) host.status->lease.supported.clear();
             s.lease.voter.life.supported.clear();
             for (const char* name : {"db3", "db4"}) silence(s, name, 10s);
         },
         true},
        {"it has no role", [](State& s, HostRecord&) { s.slots.at(kWriter).holder = "db2"; }, false},
        {"it may hold without a lease", [](State&, HostRecord& h) { h.by_lease = false; }, false},
        {"an operator set it offline", [](State&, HostRecord& h) { h.state = HostState::admin_offline; }, false},
        {"leases don't count", [](State& s, HostRecord&) { s.hosts.at("db4").version1 = true; }, false},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = leased(config);
        HostRecord& db1 = state.hosts.at("db1");
        silence(state, "db1", 10s);
        set_check(state, "db1", CheckKind::ping, false);
        each.change(state, db1);
        Effects effects;
        watch_unseen(config, state, kStart, effects);
        CHECK(db1.unseen == each.unseen);
        CHECK(lines_of_db1(effects) == (each.unseen ? 1 : 0));
        watch_unseen(config, state, kStart, effects);
        CHECK(lines_of_db1(effects) == (each.unseen ? 1 : 0));
    }
}

TEST_CASE("a host that comes back goes on if it held its lease all the time, and is judged anew if it didn't") {
    struct {
        const char* name;
        bool leased;
        Duration back;
        bool checks_fine;
        bool unseen;
        HostState state;
    } const cases[] = {
        {"it held, its checks follow", true, 100ms, false, true, HostState::online},
        {"it held, its checks are fine", true, 100ms, true, false, HostState::online},
        {"it held, its checks fail all the same", true, 2500ms, false, false, HostState::online},  // judged by them now
        {"it was away", false, 100ms, true, false, HostState::hard_offline},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = leased(config);
        HostRecord& db1 = state.hosts.at("db1");
        db1.unseen = true;
        db1.connected_at = kStart - each.back;
        set_check(state, "db1", CheckKind::ping, each.checks_fine);
        if (!each.leased) gives_up(state, "db1", kWriter);
        Effects effects;
        watch_unseen(config, state, kStart, effects);
        CHECK(db1.unseen == each.unseen);
        CHECK(word(db1.state) == word(each.state));
        CHECK(db1.departures.size() == (each.state == HostState::online ? 0 : 1));
    }
}
