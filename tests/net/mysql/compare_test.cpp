#include "net/mysql/compare.hpp"

#include <catch2/catch.hpp>

#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

TEST_CASE("what a server has beyond its source is told by server and domain, and by sequence where nothing is logged") {
    struct {
        const char* what;
        History here;
        History source;
        bool others;
        const char* extra;
    } const cases[] = {
        {"the same", {"0-1-7", "0-1-7", "0-1-7", 3}, {"0-1-7", "", "0-1-7", 1}, false, ""},
        {"behind", {"0-1-5", "0-1-5", "0-1-5", 3}, {"0-1-7", "", "0-1-7", 1}, false, ""},
        {"late rows of the former writer",
         {"0-1-9", "0-1-9", "0-1-9", 3},
         {"0-1-7,0-2-12", "0-1-7", "0-2-12", 2},
         false,
         "0-1-9"},
        {"a row of its own", {"0-1-7,0-3-8", "0-1-7", "0-3-8", 3}, {"0-1-9", "", "0-1-9", 1}, false, "0-3-8"},
        {"the source writes while it is asked", {"0-1-9", "0-1-9", "0-1-9", 3}, {"0-1-8", "", "0-1-9", 1}, false, ""},
        {"nothing logged here", {"", "0-1-9", "0-1-9", 3}, {"0-1-7", "", "0-1-7", 2}, false, "0-1-9"},
        {"another domain", {"0-1-7,5-8-3", "0-1-7,5-8-3", "", 3}, {"0-1-7", "", "0-1-7", 1}, false, "5-8-3"},
        {"another domain by another channel",
         {"0-1-7,5-8-3", "0-1-7,5-8-3", "", 3},
         {"0-1-7", "", "0-1-7", 1},
         true,
         ""},
        {"a row of its own beside another channel",
         {"0-1-7,0-3-8,5-8-3", "0-1-7,5-8-3", "", 3},
         {"0-1-7", "", "0-1-7", 1},
         true,
         "0-3-8"},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        const auto extra = beyond(each.here, each.source, each.others);
        REQUIRE(extra);
        CHECK(*extra == each.extra);
    }
    CHECK(beyond({"no history", "", "", 1}, {}, false).error().code == Code::invalid);
}

TEST_CASE("of a MySQL set only servers that the source knows are kept beside other channels") {
    CHECK(of_known_servers("aaaa:1-3,bbbb:5", "bbbb:1-4") == "bbbb:5");
    CHECK(of_known_servers("aaaa:1-3, bbbb:5:tag:1", "aaaa:1,bbbb:1") == "aaaa:1-3, bbbb:5:tag:1");
    CHECK(of_known_servers("", "aaaa:1").empty());
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
    auto extra = beyond_source(agent, source, false, in(5s));
    if (!extra) FAIL(extra.error().message);
    CHECK(extra->empty());
    third.run("INSERT INTO test.t (id, x) VALUES (4000, 1)");
    extra = beyond_source(agent, source, false, in(5s));
    REQUIRE(extra);
    CHECK(extra->find("0-25-") == 0);

    Endpoint refusing = source;
    refusing.password = "wrong";
    CHECK_FALSE(beyond_source(agent, refusing, false, in(5s)));
}
