#include "core/monitor/leases.hpp"

#include <catch2/catch.hpp>

#include "core/lease/record_text.hpp"
#include "core/monitor/plan.hpp"
#include "core/monitor/status_file.hpp"
#include "tests/unit/monitor/with_leases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

constexpr lease::Nonce kNonce = 0xfedcba9876543210;

/// What the state file of `owner` has.
std::string record_of(const HostName& owner) {
    lease::Record record;
    record.settled = true;
    record.slots[kWriter] = {epoch(5), epoch(4), {}, {}, 5};
    return lease::record_text({owner, "monitor-0000abcd", record});
}

lease::Renewal renewal_of(const State& state, const HostName& host, std::uint64_t counter) {
    return {host, kStart, state.lease.voter.voters.hash(), {{kWriter, epoch(counter)}}, 3};
}

/// The text that was handed out to be saved.
std::vector<std::string> saved(const Effects& effects) {
    std::vector<std::string> texts;
    for (const auto& save : of_kind<SaveRecord>(effects)) texts.push_back(save.text);
    return texts;
}

}  // namespace

TEST_CASE("the monitor goes on with its record, and keeps silent without one") {
    struct {
        const char* name;
        Started started;
        bool settled;
        const char* proposer;
        const char* problem;
    } const cases[] = {
        {"its own", {"", "", record_of("monitor"), "", kNonce}, true, "monitor-0000abcd", ""},
        {"none", {"", "", "", "", kNonce}, false, "monitor-76543210", ""},
        {"unreadable", {"", "", "", "permission denied", kNonce}, false, "monitor-76543210", "permission denied"},
        {"an agent's",
         {"", "", record_of("db1"), "", kNonce},
         false,
         "monitor-76543210",
         "it is the record of 'db1', not the monitor's; remove the file (status_path + \".lease\")"},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = initial(config, kStart);
        Effects noted;
        begin_voter(config, state, each.started, kStart, noted);
        CHECK(noted.empty());
        CHECK(state.lease.voter.record.settled == each.settled);
        CHECK(state.lease.proposer == each.proposer);
        CHECK(state.lease.record_problem == each.problem);
        const Duration silence = each.settled ? 0ms : state.lease.timing.silence();
        CHECK(silent_for(state, kStart) == silence);
        Effects effects;
        say_silent(state, kStart, effects);
        CHECK(effects.size() == (each.settled ? 0 : 1));
        state.lease.begun = true;
        send_leases(state, kStart + silence, effects);
        CHECK(state.lease.voter.record.settled);
        CHECK(saved(effects).size() == (each.settled ? 0 : 1));
    }
    State torn = initial(config, kStart);
    Effects effects;
    begin_voter(config, torn, Started{"", "", "owner|mon", "", kNonce}, kStart, effects);
    CHECK(why_silent(torn).starts_with("its lease record can't be used: "));
}

TEST_CASE("another lease than the record was written under costs silence, and is said") {
    Config config = five_hosts();
    State before = leased(config);
    Effects effects;
    hear_lease(config, before, {"db1", renewal_of(before, "db1", 8)}, kStart);
    send_leases(before, kStart, effects);
    REQUIRE(saved(effects).size() == 1);
    config.lease = 5s;
    State state = initial(config, kStart);
    Effects noted;
    begin_voter(config, state, Started{"", "", saved(effects)[0], "", kNonce}, kStart, noted);
    CHECK(of_kind<Log>(noted).size() == 1);
    CHECK(silent_for(state, kStart) >= state.lease.timing.silence());
    CHECK(why_silent(state) == "lease, drift or on_loss changed");
}

TEST_CASE("a monitor among agents that take no part writes no record") {
    const Config config = five_hosts();
    State state = good_order(config);
    Effects effects;
    begin_voter(config, state, Started{"", "", "", "", kNonce}, kStart, effects);
    send_leases(state, kStart + 60s, effects);
    CHECK(effects.empty());
}

TEST_CASE("nothing leaves before all that was promised or supported is on the disk") {
    const Config config = five_hosts();
    State state = leased(config);
    Effects effects;
    hear_lease(config, state, {"db1", renewal_of(state, "db1", 7)}, kStart);  // supported before: nothing to be saved
    send_leases(state, kStart, effects);
    CHECK(saved(effects).empty());
    REQUIRE(of_kind<SendLease>(effects).size() == 1);
    CHECK(of_kind<SendLease>(effects)[0].to == "db1");

    effects.clear();
    hear_lease(config, state, {"db1", renewal_of(state, "db1", 8)}, kStart);
    send_leases(state, kStart, effects);
    REQUIRE(saved(effects).size() == 1);
    CHECK(of_kind<SendLease>(effects).empty());
    hear_lease(config, state, {"db2", renewal_of(state, "db2", 9)}, kStart);  // meanwhile the next change
    send_leases(state, kStart, effects);
    end_saving(state, {true, ""}, kStart, effects);
    send_leases(state, kStart, effects);
    CHECK(saved(effects).size() == 2);
    CHECK(of_kind<SendLease>(effects).empty());
    end_saving(state, {true, ""}, kStart, effects);
    send_leases(state, kStart, effects);
    CHECK(of_kind<SendLease>(effects).size() == 2);
}

TEST_CASE("a record that can't be saved is tried again after a second, said once, and what waited is dropped") {
    const Config config = five_hosts();
    State state = leased(config);
    Effects effects;
    hear_lease(config, state, {"db1", renewal_of(state, "db1", 8)}, kStart);
    send_leases(state, kStart, effects);
    end_saving(state, {false, "no space left on device"}, kStart, effects);
    hear_lease(config, state, {"db1", renewal_of(state, "db1", 8)}, kStart);
    send_leases(state, kStart + 999ms, effects);
    CHECK(saved(effects).size() == 1);
    send_leases(state, kStart + 1s, effects);
    CHECK(saved(effects).size() == 2);
    end_saving(state, {false, "no space left on device"}, kStart + 1s, effects);
    CHECK(of_kind<Log>(effects).size() == 1);
    send_leases(state, kStart + 2s, effects);
    end_saving(state, {true, ""}, kStart + 2s, effects);
    send_leases(state, kStart + 2s, effects);
    CHECK(of_kind<Log>(effects).size() == 2);
    CHECK(of_kind<SendLease>(effects).empty());
    hear_lease(config, state, {"db1", renewal_of(state, "db1", 8)}, kStart + 2s);
    send_leases(state, kStart + 2s, effects);
    CHECK(of_kind<SendLease>(effects).size() == 1);
}

TEST_CASE("nobody speaks for another, nor of slots that there aren't") {
    const Config config = five_hosts();
    const lease::Epoch next = epoch(8);
    const auto hash = leased(config).lease.voter.voters.hash();
    const Slot foreign{"writer", ip("192.168.10.99")};
    const std::vector<LeaseHeard> cases{
        {"db2", renewal_of(leased(config), "db1", 8)},
        {"db2", lease::PromiseRequest{kWriter, next, "db1", hash}},
        {"db3", lease::PromiseRequest{kWriter, next, "db3", hash}},  // can't have the role
        {"db1", lease::PromiseRequest{foreign, next, "db1", hash}},
        {"db9", renewal_of(leased(config), "db9", 8)},
        {"db2", lease::PromiseReply{"db1", kWriter, next}},
        {"db1", lease::Grant{"monitor", kWriter, next}},
    };
    for (const auto& heard : cases) {
        State state = leased(config);
        hear_lease(config, state, heard, kStart);
        CHECK(state.lease.outbox.empty());
        CHECK(state.lease.voter.record == leased(config).lease.voter.record);
    }
    State state = leased(config);
    hear_lease(config, state, {"db1", lease::PromiseRequest{kWriter, next, "db1", hash}}, kStart);
    CHECK(state.lease.outbox.size() == 1);
    CHECK(state.lease.voter.record.of(kWriter).promised == next);
}

TEST_CASE("leases count when some agent takes part and none is known not to") {
    struct {
        const char* name;
        void (*change)(State&);
        bool leases;
    } const cases[] = {
        {"all take part", [](State&) {}, true},
        {"nobody is known to", [](State& s) { s.lease.begun = false; }, false},
        {"one is of version 1", [](State& s) { s.hosts.at("db4").version1 = true; }, false},
        {"one takes no part", [](State& s) { s.hosts.at("db4").no_leases = true; }, false},
        {"one was never heard",
         [](State& s) {
             s.hosts.at("db4").status.reset();
             s.hosts.at("db4").connected = false;
         },
         true},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = leased(config);
        each.change(state);
        CHECK(by_leases(state) == each.leases);
        for (const auto& [name, host] : state.hosts) {
            if (!host.status) continue;
            CHECK(order_for(config, state, name).leases == each.leases);
        }
        CHECK(parse_status(status_text(state)));
    }
}

TEST_CASE("a host holds by lease alone when it was told so and shows nothing that isn't leased") {
    struct {
        const char* name;
        void (*change)(State&, HostRecord&);
        bool before;
        bool by_lease;
    } const cases[] = {
        {"as told", [](State&, HostRecord&) {}, false, true},
        {"it hasn't answered the order", [](State&, HostRecord& h) { h.order_accepted = false; }, false, false},
        {"it was told otherwise", [](State&, HostRecord& h) { h.order->leases = false; }, false, false},
        {"no order was sent", [](State&, HostRecord& h) { h.order.reset(); }, false, false},
        {"it holds by contact", [](State&, HostRecord& h) { h.status->lease.by_contact.insert(kWriter); }, false,
         false},
        {"an address of no lease", [](State&, HostRecord& h) { h.status->lease.held.clear(); }, false, false},
        {"no majority yet", [](State&, HostRecord& h) { h.status->lease.held.at(kWriter).leased = false; }, false,
         false},
        {"it knows nothing new", [](State&, HostRecord& h) { h.order_accepted = false; }, true, true},
        {"the link is down", [](State&, HostRecord& h) { h.connected = false; }, true, true},
        {"it holds by contact again", [](State&, HostRecord& h) { h.status->lease.by_contact.insert(kWriter); }, true,
         false},
        {"leases count no more", [](State& s, HostRecord&) { s.hosts.at("db2").version1 = true; }, true, false},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        INFO(each.name);
        State state = leased(config);
        HostRecord& db1 = state.hosts.at("db1");
        db1.by_lease = each.before;
        each.change(state, db1);
        note_by_lease(config, state);
        CHECK(db1.by_lease == each.by_lease);
    }
}
