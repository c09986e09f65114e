#include "core/monitor/show_leases.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/monitor/show.hpp"
#include "tests/unit/monitor/with_leases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

TEST_CASE("show has a line for the writer's lease") {
    struct {
        void (*change)(State&);
        const char* line;
    } const cases[] = {
        {[](State&) {},
         "Lease of writer(192.168.10.128): epoch 7.monitor-0000abcd, held by db1, 5 of 5 voters support it (db1, db2, "
         "db3, db4, monitor), 1.8 s left"},
        {[](State& s) { s.hosts.at("db1").heard = kStart - 500ms; },
         "Lease of writer(192.168.10.128): epoch 7.monitor-0000abcd, held by db1, 5 of 5 voters support it (db1, db2, "
         "db3, db4, monitor), 1.3 s left"},
        {[](State& s) { silence(s, "db1", 2s); },
         "Lease of writer(192.168.10.128): held by db1 by what voters report, 4 of 5 voters support it (db2, db3, db4, "
         "monitor)"},
        {[](State& s) { s.hosts.at("db1").status->lease.held.at(kWriter).leased = false; },
         "Lease of writer(192.168.10.128): held by db1 by what voters report, 4 of 5 voters support it (db2, db3, db4, "
         "monitor)"},
        {[](State& s) { s.slots.at(kWriter).holder.clear(); }, "Lease of writer(192.168.10.128): none is known"},
        {[](State& s) { s.hosts.at("db4").no_leases = true; }, ""},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = leased(config);
        each.change(state);
        CHECK(writer_lease_line(config, state, at(0s)) == each.line);
        const bool shown = show_text(config, state, at(0s)).find("# Lease of ") != std::string::npos;
        CHECK(shown == !std::string(each.line).empty());
    }
}

TEST_CASE("what weakens leases is warned about") {
    struct {
        void (*change)(State&);
        std::vector<std::string> expected;
    } const cases[] = {
        {[](State&) {}, {}},
        {[](State& s) { s.hosts.at("db3").status->lease.silent_for = 4s; },
         {"Warning: db3 neither votes nor takes roles: it lost its lease record, or its settings changed, and keeps "
          "silent for another 4.0 s"}},
        {[](State& s) { s.hosts.at("db3").status->lease.voters = 1; },
         {"Warning: db3 neither votes nor takes roles: its list of voters, lease or drift differs from the monitor's; "
          "make the configuration the same there"}},
        {[](State& s) { s.lease.save_problem = "disk full"; },
         {"Warning: the monitor's lease record can't be saved (disk full): until then it neither votes nor moves "
          "roles"}},
        {[](State& s) {
             for (const char* name : {"db3", "db4"}) s.hosts.at(name).connected = false;
         },
         {"Warning: of 5 voters only db1, db2, monitor are there; if one more goes, no role can be held"}},
        {[](State& s) {
             for (const char* name : {"db2", "db3", "db4"}) s.hosts.at(name).connected = false;
         },
         {"Warning: only 2 of 5 voters are within the monitor's reach, and a majority has to promise before a role is "
          "moved. Missing: db2 (its agent can't be reached), db3 (its agent can't be reached), db4 (its agent can't be "
          "reached)"}},
        {[](State& s) {
             s.lease.voter.voters.names = {"db1", "db2"};
         },
         {"Warning: with 2 voters (db1, db2) roles are lost when one of them is away; have three or more"}},
        {[](State& s) {
             s.hosts.at("db1").connected = false;
             s.hosts.at("db1").unseen = true;
         },
         {"Warning: db1 can't be reached from the monitor, but db2, db3, db4, monitor support its lease: it keeps "
          "writer(192.168.10.128)"}},
        {[](State& s) { s.hosts.at("db4").no_leases = true; },
         {"Warning: roles are held by contact, not by leases, because of db4 (its agent takes no part): a cut network "
          "may leave a role on two hosts; upgrade these agents"}},
        {[](State& s) {
             s.lease.begun = false;
             for (auto& [name, host] : s.hosts) host.no_leases = true;
         },
         {}},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = leased(config);
        each.change(state);
        if (state.lease.voter.voters.names.size() == 2) {
            for (auto& [name, host] : state.hosts) host.status->lease.voters = state.lease.voter.voters.hash();
        }
        std::vector<std::string> all;
        warn_of_leases(state, at(0s), all);
        CHECK(all == each.expected);
    }
}

TEST_CASE("leases for programs") {
    const Config config = five_hosts();
    const auto all = nlohmann::json::parse(show_json(config, leased(config), at(0s)));
    CHECK(all["leases"]["in_force"] == true);
    CHECK(all["leases"]["voters"].size() == 5);
    CHECK(all["leases"]["within_reach"].size() == 5);
    CHECK(all["leases"]["majority"] == true);
    CHECK(all["leases"]["wait_ms"] == 3507);
    const auto& lease = all["roles"][1]["slots"][0]["lease"];
    CHECK(lease["epoch"] == "7.monitor-0000abcd");
    CHECK(lease["held"] == true);
    CHECK(lease["left_ms"] == 1800);
    CHECK(lease["supporters"].size() == 5);
    CHECK_FALSE(nlohmann::json::parse(show_json(config, good_order(config), at(0s))).contains("leases"));
}
