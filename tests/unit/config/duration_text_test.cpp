#include "core/config/duration_text.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace mmm;
using config::duration_text;
using config::parse_duration;

TEST_CASE("a duration is a whole number and a unit") {
    const std::vector<std::pair<std::string, std::int64_t>> cases{
        {"0s", 0},         {"0ms", 0},      {"500ms", 500},
        {"10s", 10'000},   {"5m", 300'000}, {"1h", 3600'000},
        {"1d", 86400'000}, {"007s", 7000},  {"3650d", 315'360'000'000},
    };
    for (const auto& [text, milliseconds] : cases) {
        INFO(text);
        REQUIRE(parse_duration(text).has_value());
        CHECK(parse_duration(text)->count() == milliseconds);
    }
}

TEST_CASE("what isn't quite a duration is refused with what it probably means") {
    const std::string form = "write a whole number and its unit, like \"500ms\", \"10s\", \"5m\", \"1h\" or \"1d\"";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"10", "write \"10s\""},
        {"0", "write \"0s\""},
        {"1.5", "write \"1500ms\""},
        {"1.5s", "write \"1500ms\""},
        {"10 s", "write \"10s\""},
        {"10S", "write \"10s\""},
        {"2 minutes", "write \"2m\""},
        {"90min", "write \"90m\""},
        {"1 hour", "write \"1h\""},
        {"3days", "write \"3d\""},
        {"250 msec", "write \"250ms\""},
        {"", form},
        {"s", form},
        {"-3s", form},
        {"+3s", form},
        {"1h30m", form},
        {"3651d", form},
        {"99999999999999999999s", form},
        {"1e3s", form},
        {"ten", form},
        {"10s ", "write \"10s\""},
        {std::string("1\0s", 3), form},
    };
    for (const auto& [text, remedy] : cases) {
        INFO(text);
        REQUIRE(!parse_duration(text).has_value());
        CHECK(parse_duration(text).error().message == remedy);
    }
}

TEST_CASE("a duration is written in the largest unit that leaves a whole number, and reads as itself") {
    const std::vector<std::pair<std::int64_t, std::string>> cases{
        {0, "0s"},       {1, "1ms"},        {1500, "1500ms"},   {1000, "1s"},         {60'000, "1m"},
        {90'000, "90s"}, {3'600'000, "1h"}, {86'400'000, "1d"}, {129'600'000, "36h"},
    };
    for (const auto& [milliseconds, text] : cases) {
        CHECK(duration_text(Duration(milliseconds)) == text);
        CHECK(parse_duration(text) == Duration(milliseconds));
    }
}
