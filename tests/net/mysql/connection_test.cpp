#include "net/mysql/connection.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

TEST_CASE("a query gives its columns and rows, NULL apart from empty") {
    Connection connection;
    open(connection, pair_of_servers().source.endpoint("app"));
    const auto rows =
        connection.query("SELECT 7 AS Number, '' AS Nothing, NULL AS Missing UNION SELECT 8, 'x', 'y'", in(5s));
    REQUIRE(rows);
    REQUIRE(rows->size() == 2);
    const Row row(*rows, 0);
    CHECK(row.number("number") == 7);
    CHECK(row.get("Nothing") == "");
    CHECK_FALSE(row.get("Missing"));
    CHECK_FALSE(row.get("Unknown"));
    CHECK(row.number({"Other", "NUMBER"}) == 7);
    CHECK(connection.server().is_mariadb());
    CHECK(connection.server().version >= 101100);
    CHECK(connection.thread_id() > 0);
}
