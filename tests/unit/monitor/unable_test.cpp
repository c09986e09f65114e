#include "core/monitor/unable.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/allocate.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// The writer is granted to db2, which has made its server writable and doesn't get the address on.
struct Stuck {
    Config config = five_hosts();
    State state = good_order(config);
    Effects effects;

    Stuck() {
        SlotRecord& record = state.slots.at(kWriter);
        record.holder = record.granted_to = "db2";
        for (auto& [name, host] : state.hosts) {
            if (!host.status) host.status.emplace();
            host.status->granted.erase(kWriter);
            host.status->present.erase(kWriter);
        }
        proto::AgentStatus& status = *state.hosts.at("db2").status;
        status.granted[kWriter] = record.epoch;
        status.read_only = false;
        status.problem = "can't put the address of writer(192.168.10.128): no such interface";
    }
    void pass(Duration until) {
        for (Duration since{0}; since <= until; since += 100ms) {
            for (auto& [name, host] : state.hosts) host.heard = host.heard_by_anyone = kStart + since;
            give_up_unable(config, state, kStart + since, effects);
        }
    }
    const HostName& holder() { return state.slots.at(kWriter).holder; }
};

}  // namespace

TEST_CASE("a host that doesn't get the address on is given up for another that can have it", "[scenario-42]") {
    Stuck stuck;
    stuck.pass(kAddressDue - 100ms);
    CHECK(stuck.holder() == "db2");
    stuck.pass(kAddressDue);
    CHECK(stuck.holder().empty());
    const Time now = kStart + kAddressDue;
    CHECK(why_not_eligible(stuck.config, stuck.state, "db2", "writer", now) ==
          "host 'db2' couldn't put an address lately");
    allocate(stuck.config, stuck.state, at(kAddressDue), stuck.effects);
    CHECK(stuck.holder() == "db1");
}

TEST_CASE("it isn't given up while its server isn't writable yet, or when nobody else can have the role") {
    Stuck draining;
    draining.state.hosts.at("db2").status->read_only = true;
    draining.pass(60s);
    CHECK(draining.holder() == "db2");

    Stuck alone;
    alone.state.hosts.at("db1").state = HostState::hard_offline;
    alone.pass(60s);
    CHECK(alone.holder() == "db2");

    Stuck arrived;
    arrived.pass(kAddressDue - 100ms);
    arrived.state.hosts.at("db2").status->present.insert(kWriter);
    arrived.pass(60s);
    CHECK(arrived.holder() == "db2");
}

TEST_CASE("a former writer that waits for the stuck host to be the writer is somebody who can have the role") {
    for (const bool waits : {true, false}) {
        Stuck stuck;
        stuck.state.active_master.clear();
        for (auto& [name, host] : stuck.state.hosts) host.status->history = "0-1-100,0-2-90";
        HostRecord& back = stuck.state.hosts.at("db1");
        back.state = HostState::replication_fail;
        back.returning = waits;
        stuck.pass(kAddressDue);
        CHECK(stuck.holder() == (waits ? "" : "db2"));
    }
}
