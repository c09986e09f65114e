#include "core/monitor/status_file.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/startup.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

TEST_CASE("the status file has a line a host as MMM 2.2 has, then a line for each slot that was ever granted") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db2").state = HostState::replication_fail;
    state.slots.at(kReader).holder = "db4";
    state.slots.at(kOtherReader).epoch = 0;
    CHECK(status_text(state) ==
          "db1|ONLINE|writer(192.168.10.128)\n"
          "db2|REPLICATION_FAIL|\n"
          "db3|ONLINE|\n"
          "db4|ONLINE|reader(192.168.10.129),reader(192.168.10.130)\n"
          "epoch|reader(192.168.10.129)|3\n"
          "epoch|writer(192.168.10.128)|7\n");
}

TEST_CASE("what was written is read back") {
    const Config config = five_hosts();
    const auto status = parse_status(status_text(good_order(config)));
    REQUIRE(status);
    CHECK(status->hosts.at("db1") == StoredStatus::StoredHost{HostState::online, {kWriter}});
    CHECK(status->hosts.at("db2") == StoredStatus::StoredHost{HostState::online, {}});
    CHECK(status->hosts.size() == 4);
    CHECK(status->epochs == std::map<Slot, Epoch>{{kWriter, 7}, {kReader, 3}, {kOtherReader, 3}});
}

TEST_CASE("a status file of MMM 2.2, an empty one, IPv6 and a host named epoch are read") {
    CHECK(parse_status("db1|ONLINE|writer(192.168.10.128)\n"));
    CHECK(parse_status("")->hosts.empty());
    CHECK(parse_status("\n\n"));
    const auto v6 = parse_status("db1|ONLINE|writer(2001:db8::1)\nepoch|writer(2001:db8::1)|2\n");
    REQUIRE(v6);
    CHECK(v6->epochs.at({"writer", ip("2001:db8::1")}) == 2);
    const auto odd = parse_status("epoch|ADMIN_OFFLINE|\n");
    REQUIRE(odd);
    CHECK(odd->hosts.at("epoch").state == HostState::admin_offline);
}

TEST_CASE("who speaks version 1, and who was told that it is alone, is remembered") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db1").alone = true;
    for (const char* name : {"db2", "db3", "db4"}) state.hosts.at(name).version1 = true;
    const std::string text = status_text(state);
    CHECK(text.ends_with("alone|db1|\nversion1|db2|\nversion1|db3|\nversion1|db4|\n"));
    const auto status = parse_status(text);
    REQUIRE(status);
    CHECK(status->version1 == std::set<HostName>{"db2", "db3", "db4"});
    CHECK(status->alone == std::set<HostName>{"db1"});
    CHECK(parse_status("alone|ONLINE|\nversion1|HARD_OFFLINE|\n")->hosts.size() == 2);  // hosts of these names
}

TEST_CASE("who ever spoke version 2 is remembered, in a line that means nothing to programs that don't know it") {
    const Config config = five_hosts();
    State state = good_order(config);
    for (const char* name : {"db1", "db4"}) state.hosts.at(name).version2 = true;
    state.hosts.at("db4").version1 = true;  // named in version1_peers
    const std::string text = status_text(state);
    // HOST|STATE|ROLES, of a host that no configuration can have.
    CHECK(text.ends_with("version2@db1|UNKNOWN|\nversion1|db4|\nversion2@db4|UNKNOWN|\n"));
    const auto status = parse_status(text);
    REQUIRE(status);
    CHECK(status->version2 == std::set<HostName>{"db1", "db4"});
    CHECK(status->hosts.size() == 4);
    State next = initial(config, kStart);
    remember(config, next, *status);
    CHECK(next.hosts.at("db1").version2);
    CHECK_FALSE(next.hosts.at("db2").version2);
    remember(config, next, *parse_status("version2@db9|UNKNOWN|\n"));  // isn't configured any more
    CHECK(parse_status(status_text(good_order(config)))->version2.empty());
}

TEST_CASE("who takes no part in leases while others do, and who holds nothing without one, is remembered") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db1").no_leases = true;
    CHECK(status_text(state) == status_text(good_order(config)));  // nobody is known to take part
    state.lease.begun = true;
    state.hosts.at("db2").by_lease = true;
    const std::string text = status_text(state);
    CHECK(text.ends_with("no_leases|db1|\nby_lease|db2|\n"));
    const auto status = parse_status(text);
    REQUIRE(status);
    CHECK(status->no_leases == std::set<HostName>{"db1"});
    CHECK(status->by_lease == std::set<HostName>{"db2"});
    CHECK(parse_status("no_leases|ONLINE|\nby_lease|HARD_OFFLINE|\n")->hosts.size() == 2);  // hosts of these names
}

TEST_CASE("a status file of MMM 2.2 itself, with roles but no epochs, means that all agents are of version 1") {
    const auto status = parse_status("db1|ONLINE|writer(192.168.10.128)\ndb2|ONLINE|\n");
    REQUIRE(status);
    CHECK(status->version1 == std::set<HostName>{"db1", "db2"});
    CHECK(parse_status("db1|ONLINE|\ndb2|ONLINE|\n")->version1.empty());
}

TEST_CASE("a torn or foreign file is refused as a whole, with the line") {
    struct {
        const char* text;
        const char* message;
    } const cases[] = {
        {"db1|ONLI", "the status file is cut off"},
        {"epoch|writer(192.168.10.128)|1", "the status file is cut off"},  // was it 1, or 12?
        {"db1|ONLI\n", "line 1 of the status file makes no sense"},
        {"db1|ONLINE\n", "line 1 of the status file makes no sense"},
        {"|ONLINE|\n", "line 1 of the status file makes no sense"},
        {"db1|ONLINE|\ndb2|ONLINE|writer(\n", "line 2 of the status file makes no sense"},
        {"db1|ONLINE|writer(192.168.10.128),\n", "line 1 of the status file makes no sense"},
        {"version1|db1|writer\n", "line 1 of the status file makes no sense"},
        {"version1||\n", "line 1 of the status file makes no sense"},
        {"version2@|UNKNOWN|\n", "line 1 of the status file makes no sense"},
        {"version2@db1|ONLINE|\n", "line 1 of the status file makes no sense"},
        {"version2@db1|UNKNOWN|writer(192.168.10.128)\n", "line 1 of the status file makes no sense"},
        {"db1|ONLINE|(192.168.10.128)\n", "line 1 of the status file makes no sense"},
        {"db1|ONLINE|writer(nonsense)\n", "line 1 of the status file makes no sense"},
        {"epoch|writer(192.168.10.128)|\n", "line 1 of the status file makes no sense"},
        {"epoch|writer(192.168.10.128)|-1\n", "line 1 of the status file makes no sense"},
        {"epoch|writer(192.168.10.128)|7x\n", "line 1 of the status file makes no sense"},
        {"epoch|writer(192.168.10.128)|18446744073709551616\n", "line 1 of the status file makes no sense"},
        {"db1|ONLINE||\n", "line 1 of the status file makes no sense"},
        {"\0\0\0\0\n", "the status file is cut off"},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        const std::string text = *each.text == '\0' ? std::string(4096, '\0') : each.text;
        const auto status = parse_status(text);
        REQUIRE_FALSE(status);
        CHECK(status.error().code == Code::invalid);
        CHECK(status.error().message == each.message);
    }
}

TEST_CASE("who has to be compared with the writer before it serves again is remembered") {
    const Config config = five_hosts();
    State state = good_order(config);
    state.hosts.at("db1").returning = true;
    const std::string text = status_text(state);
    CHECK(text.ends_with("returning|db1|\n"));
    const auto status = parse_status(text);
    REQUIRE(status);
    CHECK(status->returning == std::set<HostName>{"db1"});
    State next = initial(config, kStart);
    remember(config, next, *status);
    CHECK(next.hosts.at("db1").returning);
    CHECK_FALSE(next.hosts.at("db2").returning);
    CHECK(parse_status("returning|ONLINE|\n")->hosts.size() == 1);  // a host of this name
}
