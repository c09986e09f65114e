#include "core/model/gtid.hpp"

#include <catch2/catch.hpp>

using namespace mmm;

namespace {

constexpr const char* kA = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
constexpr const char* kB = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

/// Shorthand for the two UUIDs: "A:1-5".
std::string spelled(std::string text) {
    for (const auto& [letter, uuid] : {std::pair('A', kA), std::pair('B', kB)}) {
        for (auto at = text.find(letter); at != std::string::npos; at = text.find(letter)) text.replace(at, 1, uuid);
    }
    return text;
}

GtidSet set_of(const char* text) {
    auto set = GtidSet::parse(spelled(text));
    INFO(text);
    REQUIRE(set);
    return *set;
}

struct Row {
    const char* what;
    const char* one;
    const char* other;
    const char* result;
};

}  // namespace

TEST_CASE("a GTID set is read and written as the server shows it") {
    struct {
        const char* text;
        const char* expected;
    } const cases[] = {
        {"", ""},
        {"  \n", ""},
        {"0-1-5", "0-1-5"},
        {"0-1-5,1-2-7", "0-1-5,1-2-7"},
        {"1-2-7, 0-1-5\n", "0-1-5,1-2-7"},
        {"0-10-5,0-9-7", "0-9-7,0-10-5"},
        {"4294967295-4294967295-18446744073709551615", "4294967295-4294967295-18446744073709551615"},
        {"0-1-5,0-2-9,0-1-7", "0-1-7,0-2-9"},
        {"0-1-0", ""},
        {"0-1-6..8", "0-1-6..8"},
        {"0-1-6..8,0-1-5", "0-1-8"},
        {"A:1", "A:1"},
        {"A:1-5", "A:1-5"},
        {"A:1-3:11:47-49", "A:1-3:11:47-49"},
        {"A:5-7:1-3:4", "A:1-7"},
        {"A:1-3,\nB:7", "A:1-3,B:7"},
        {"B:7,A:1-3", "A:1-3,B:7"},
        {"A:1-3,A:3-9", "A:1-9"},
        {" A : 1 - 3 : 5 ", "A:1-3:5"},
        {"A:1-3:nightly:1-2:5", "A:1-3:nightly:1-2:5"},
        {"A:Nightly:1:_b2:7-9", "A:_b2:7-9:nightly:1"},
        {"A:1:t:2,A:t:3", "A:1:t:2-3"},
        {"A:9223372036854775806", "A:9223372036854775806"},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        const auto set = GtidSet::parse(spelled(each.text));
        REQUIRE(set);
        CHECK(set->text() == spelled(each.expected));
    }
    CHECK(GtidSet::parse("3E11FA47-71CA-11E1-9E33-C80AA9429562:1")->text() == spelled("A:1"));
}

TEST_CASE("what isn't a list of GTIDs is refused with the part that is wrong") {
    struct {
        const char* text;
        const char* named;
    } const cases[] = {
        {"0-1", "'0-1'"},
        {"0-1-", "'0-1-'"},
        {"0-1-5-6", "'0-1-5-6'"},
        {"0-1-5,x", "'x'"},
        {"0-1-5,,1-1-1", "''"},
        {"0-1-5,", "comma"},
        {"-1-1-5", "'-1-1-5'"},
        {"4294967296-1-5", "'4294967296-1-5'"},
        {"0-1-18446744073709551616", "'0-1-18446744073709551616'"},
        {"0-1-8..6", "'0-1-8..6'"},
        {"0-1-0..6", "'0-1-0..6'"},
        {"0-1-6..", "'0-1-6..'"},
        {"A", "'3e11fa47-71ca"},
        {"A:", "'3e11fa47-71ca"},
        {"A:0", "'3e11fa47-71ca"},
        {"A:5-3", "'3e11fa47-71ca"},
        {"A:1-3:", "'3e11fa47-71ca"},
        {"A:1-3:tag", "'3e11fa47-71ca"},
        {"A:tag:other:1", "'3e11fa47-71ca"},
        {"A:1:2tag:3", "'3e11fa47-71ca"},
        {"A:1:a_tag_that_is_longer_than_32_bytes:3", "'3e11fa47-71ca"},
        {"A:9223372036854775807", "'3e11fa47-71ca"},
        {"A1:1", "'3e11fa47-71ca"},
        {"3e11fa47071ca-11e1-9e33-c80aa9429562:1", "'3e11fa47071ca"},
        {"3g11fa47-71ca-11e1-9e33-c80aa9429562:1", "'3g11fa47"},
        {"0-1-5,A:1", "MariaDB and of MySQL"},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        const auto set = GtidSet::parse(spelled(each.text));
        REQUIRE_FALSE(set);
        CHECK(set.error().code == Code::invalid);
        CHECK(set.error().message.find(each.named) != std::string::npos);
    }
    const auto endless = GtidSet::parse(std::string(GtidSet::kMaxText + 1, ' '));
    REQUIRE_FALSE(endless);
    CHECK(endless.error().message == "a GTID set of 1048577 bytes is too long");
}

TEST_CASE("a position covers another when it reaches its number in each of its domains; MySQL's when it contains it") {
    const Row rows[] = {
        {"nothing", "", "", ""},
        {"nothing wanted", "0-1-5", "", ""},
        {"nothing there", "", "0-1-5", "0-1-5"},
        {"equal", "0-1-5", "0-1-5", ""},
        {"further, by another server", "0-2-6", "0-1-5", ""},
        {"one behind", "0-1-4", "0-1-5", "0-1-5"},
        {"two domains", "0-1-5,1-1-9", "0-1-5,1-1-9", ""},
        {"behind in one of two", "0-1-5,1-1-8", "0-1-5,1-1-9", "1-1-9"},
        {"a domain is missing", "0-1-5", "0-1-5,1-1-1", "1-1-1"},
        {"a domain more", "0-1-5,1-1-1", "0-1-5", ""},
        {"the largest numbers", "0-1-18446744073709551615", "0-1-18446744073709551614", ""},
        {"of several servers the last counts", "0-1-5,0-2-9", "0-3-8", ""},
        {"of several wanted, too", "0-1-8", "0-3-7,0-2-9", "0-2-9"},
        {"MySQL, equal", "A:1-5", "A:1-5", ""},
        {"MySQL, a hole", "A:1-3:5", "A:1-5", "A:4"},
        {"MySQL, another server's further numbers are no help", "A:1-3,B:1-9", "A:1-5", "A:4-5"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const GtidSet have = set_of(row.one);
        const GtidSet wanted = set_of(row.other);
        CHECK(missing(have, wanted) == spelled(row.result));
        CHECK(covers(have, wanted) == std::string_view(row.result).empty());
    }
}

TEST_CASE("what led to a position and isn't covered is a set; MariaDB's in the name of who wrote the last of it") {
    struct {
        const char* wanted;
        const char* have;
        const char* rest;
        std::uint64_t count;
    } const cases[] = {
        {"", "", "", 0},
        {"0-1-5", "", "0-1-5", 5},
        {"0-1-150", "0-1-100", "0-1-101..150", 50},
        {"0-2-151", "0-1-100", "0-2-101..151", 51},
        {"0-1-90,0-2-151", "0-1-100", "0-2-101..151", 51},
        {"0-1-150", "0-2-151", "", 0},
        {"0-1-10,1-2-7", "1-2-6,0-1-8", "0-1-9..10,1-2-7..7", 3},
        {"A:1-9", "A:3-4:6", "A:1-2:5:7-9", 6},
        {"A:1-3,B:7", "A:1-5", "B:7", 1},
    };
    for (const auto& each : cases) {
        CAPTURE(each.wanted, each.have);
        const GtidSet left = rest(set_of(each.have), set_of(each.wanted));
        CHECK(left == set_of(each.rest));
        CHECK(left.count() == each.count);
        CHECK(left.empty() == covers(set_of(each.have), set_of(each.wanted)));
    }
}

TEST_CASE("a difference names what one has and the other lacks, server by server") {
    const Row rows[] = {
        {"equal", "0-1-64,0-2-112", "0-1-64,0-2-112", ""},
        {"behind", "0-1-64,0-2-100", "0-1-64,0-2-112", ""},
        {"a late row of the former writer", "0-1-65,0-2-112", "0-1-64,0-2-112", "0-1-65..65"},
        {"several", "0-1-69,0-2-112", "0-1-64,0-2-112", "0-1-65..69"},
        {"never seen there", "0-3-7", "0-2-112", "0-3-7"},
        {"another domain", "0-1-64,5-1-3", "0-1-64,5-1-2", "5-1-3..3"},
        {"nothing", "", "0-2-112", ""},
        {"everything", "0-2-112", "", "0-2-112"},
        {"MySQL", "A:1-10", "A:3-4:7", "A:1-2:5-6:8-10"},
        {"MySQL, beginning and end", "A:3-8", "A:1-4:7-9", "A:5-6"},
        {"MySQL, tags are apart", "A:1-5:t:1-5", "A:1-5", "A:t:1-5"},
        {"MySQL, the end of numbers", "A:5-9223372036854775806", "A:6-9223372036854775806", "A:5"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        const GtidSet left = set_of(row.one).without(set_of(row.other));
        CHECK(left.text() == spelled(row.result));
        CHECK(set_of(row.other).contains(set_of(row.one)) == left.empty());
    }
}

TEST_CASE("what a server wrote itself can be left out") {
    CHECK(set_of("0-1-5,0-2-7,5-2-1").without_server(2, "").text() == "0-1-5");
    CHECK(set_of("0-1-5,0-2-7").without_server(0, "").text() == "0-1-5,0-2-7");
    CHECK(set_of("A:1-5:t:1,B:7").without_server(0, kA).text() == spelled("B:7"));
    CHECK(set_of("A:1-5,B:7").without_server(0, "").text() == spelled("A:1-5,B:7"));
}

TEST_CASE("transactions are counted; on MariaDB every number up to the last counts, and too many are 2^64-1") {
    CHECK(set_of("").count() == 0);
    CHECK(set_of("0-1-5,0-2-7").count() == 12);
    CHECK(set_of("0-1-6..8").count() == 3);
    CHECK(set_of("A:1-5:7:t:1-2,B:9").count() == 9);
    CHECK(set_of("0-1-18446744073709551615,0-2-1").count() == 18446744073709551615U);
}

TEST_CASE("for people a set is listed by its transactions' names, and cut to so many") {
    CHECK(set_of("").listed(3).empty());
    CHECK(set_of("0-1-65..69,0-2-7,5-1-3..3").ranges() == "0-1-65..69,0-2-1..7,5-1-3..3");
    CHECK(set_of(set_of("0-2-7").ranges().c_str()) == set_of("0-2-7"));
    CHECK(set_of("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7").ranges() ==
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7");
    CHECK(set_of("0-1-65..65").listed(3) == "0-1-65");
    CHECK(set_of("0-1-65..69,0-2-1").listed(3) == "0-1-65 to 0-1-69, 0-2-1");
    CHECK(set_of("0-1-65..69,0-2-1,0-3-7").listed(1) == "0-1-65 to 0-1-69 and 2 more");
    CHECK(set_of("A:4-5:9:t:1").listed(3) == spelled("A:4-5, A:9, A:t:1"));
}
