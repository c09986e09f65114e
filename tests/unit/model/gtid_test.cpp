#include "core/model/gtid.hpp"

#include <catch2/catch.hpp>

using namespace mmm;

TEST_CASE("a GTID position is read and written as the server shows it") {
    struct {
        const char* text;
        const char* expected;
    } const cases[] = {
        {"", ""},
        {"  \n", ""},
        {"0-1-5", "0-1-5"},
        {"0-1-5,1-2-7", "0-1-5,1-2-7"},
        {"1-2-7, 0-1-5\n", "0-1-5,1-2-7"},
        {"4294967295-4294967295-18446744073709551615", "4294967295-4294967295-18446744073709551615"},
        {"0-1-5,0-2-9,0-3-7", "0-2-9"},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        const auto position = GtidPosition::parse(each.text);
        REQUIRE(position);
        CHECK(position->text() == each.expected);
    }
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
        {"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5", "'3e11fa47"},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        const auto position = GtidPosition::parse(each.text);
        REQUIRE_FALSE(position);
        CHECK(position.error().code == Code::invalid);
        CHECK(position.error().message.find(each.named) != std::string::npos);
    }
}

TEST_CASE("a position covers another when it reaches its sequence in each of its domains") {
    struct {
        const char* have;
        const char* wanted;
        const char* missing;
    } const cases[] = {
        {"", "", ""},
        {"0-1-5", "", ""},
        {"", "0-1-5", "0-1-5"},
        {"0-1-5", "0-1-5", ""},
        {"0-2-6", "0-1-5", ""},
        {"0-1-4", "0-1-5", "0-1-5"},
        {"0-1-5,1-1-9", "0-1-5,1-1-9", ""},
        {"0-1-5,1-1-8", "0-1-5,1-1-9", "1-1-9"},
        {"0-1-5", "0-1-5,1-1-1", "1-1-1"},
        {"0-1-5,1-1-1", "0-1-5", ""},
        {"0-1-18446744073709551615", "0-1-18446744073709551614", ""},
    };
    for (const auto& each : cases) {
        INFO(each.have << " against " << each.wanted);
        const auto have = GtidPosition::parse(each.have);
        const auto wanted = GtidPosition::parse(each.wanted);
        CHECK(missing(*have, *wanted) == each.missing);
        CHECK(covers(*have, *wanted) == std::string_view(each.missing).empty());
    }
}
