#include "net/mysql/compare.hpp"

#include <catch2/catch.hpp>

#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

TEST_CASE("what a server has beyond its source is told by server and domain, and by sequence where nothing is logged") {
    constexpr Permitted nothing{};
    constexpr Permitted others{false, true};
    constexpr Permitted own{true, false};
    struct {
        const char* what;
        ToldGtids here;
        ToldGtids source;
        Permitted permitted;
        const char* extra;
    } const cases[] = {
        {"the same", {"0-1-7", "0-1-7", "0-1-7", 3}, {"0-1-7", "", "0-1-7", 1}, nothing, ""},
        {"behind", {"0-1-5", "0-1-5", "0-1-5", 3}, {"0-1-7", "", "0-1-7", 1}, nothing, ""},
        {"late rows of the former writer",
         {"0-1-9", "0-1-9", "0-1-9", 3},
         {"0-1-7,0-2-12", "0-1-7", "0-2-12", 2},
         nothing,
         "0-1-8 to 0-1-9"},
        {"late rows of the former writer on a slave",
         {"0-1-8,0-3-9", "0-1-8", "0-3-9", 3},
         {"0-1-7,0-2-12", "0-1-7", "0-2-12", 2},
         own,
         "0-1-8"},
        {"a row of its own", {"0-1-1,0-3-1", "0-1-1", "0-3-1", 3}, {"0-1-9", "", "0-1-9", 1}, nothing, "0-3-1"},
        {"a slave's row of its own", {"0-1-7,0-3-8", "0-1-7", "0-3-8", 3}, {"0-1-9", "", "0-1-9", 1}, own, ""},
        {"the source writes while it is asked", {"0-1-9", "0-1-9", "0-1-9", 3}, {"0-1-8", "", "0-1-9", 1}, nothing, ""},
        {"nothing logged here", {"", "0-1-9", "0-1-9", 3}, {"0-1-7", "", "0-1-7", 2}, nothing, "0-1-9"},
        {"another domain", {"0-1-7,5-8-1", "0-1-7,5-8-1", "", 3}, {"0-1-7", "", "0-1-7", 1}, nothing, "5-8-1"},
        {"another domain by another channel",
         {"0-1-7,5-8-3", "0-1-7,5-8-3", "", 3},
         {"0-1-7", "", "0-1-7", 1},
         others,
         ""},
        {"a row of its own beside another channel",
         {"0-1-7,0-3-1,5-8-3", "0-1-7,5-8-3", "", 3},
         {"0-1-7", "", "0-1-7", 1},
         others,
         "0-3-1"},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        const auto extra = beyond(each.here, each.source, each.permitted);
        REQUIRE(extra);
        CHECK(*extra == each.extra);
    }
    CHECK(beyond({"no history"}, {}, nothing).error().code == Code::invalid);
}

TEST_CASE("what a MySQL server has beyond its source is told by server, unless it is its own or another channel's") {
    const std::string a = "aaaaaaaa-0000-0000-0000-000000000001";
    const std::string b = "bbbbbbbb-0000-0000-0000-000000000002";
    const ToldGtids source{b + ":1-4", "", "", 2, b};
    const auto told = [](const std::string& set, const std::string& uuid) { return ToldGtids{set, "", "", 1, uuid}; };
    CHECK(beyond(told(b + ":1-4", a), source, {})->empty());
    CHECK(*beyond(told(a + ":3," + b + ":1-4", a), source, {}) == a + ":3");
    CHECK(beyond(told(a + ":3," + b + ":1-4", a), source, {true, false})->empty());
    CHECK(beyond(told(a + ":3," + b + ":1-4", b), source, {false, true})->empty());
    CHECK(*beyond(told(a + ":3," + b + ":1-5", b), source, {false, true}) == b + ":5");
    // A source that has nothing is known to have nothing.
    CHECK_FALSE(beyond(told(a + ":1", a), {"", "", "", 2, b}, {})->empty());
}

TEST_CASE("a replica with a row of its own is told from one in step by asking its source as the replication user") {
    Pair& servers = pair_of_servers();
    servers.source.run("INSERT INTO test.t (x) VALUES (1)");
    servers.in_step();
    TestServer third(25);
    third.replicate_from(servers.source);
    third.await("SELECT @@global.gtid_slave_pos", *servers.source.run("SELECT @@global.gtid_binlog_pos").values[0][0]);
    Connection agent;
    open(agent, third.endpoint("agent"));
    const Endpoint source = servers.replica.endpoint("replication");
    auto extra = beyond_source(agent, source, {}, in(5s));
    if (!extra) FAIL(extra.error().message);
    CHECK(extra->empty());
    third.run("INSERT INTO test.t (id, x) VALUES (4000, 1)");
    extra = beyond_source(agent, source, {}, in(5s));
    REQUIRE(extra);
    CHECK(extra->find("0-25-") == 0);
    extra = beyond_source(agent, source, {true, false}, in(5s));
    REQUIRE(extra);
    CHECK(extra->empty());

    Endpoint refusing = source;
    refusing.password = "wrong";
    CHECK_FALSE(beyond_source(agent, refusing, {}, in(5s)));
}
