#include "core/config/ratio_text.hpp"

#include <catch2/catch.hpp>
#include <optional>

using mmm::config::parse_ratio;
using mmm::config::Ratio;
using mmm::config::ratio_text;

TEST_CASE("a ratio is read from percent or millionths, and written in percent") {
    struct Row {
        const char* text;
        std::uint32_t ppm;
        const char* written;
    };
    for (const auto& row : {Row{"0.1%", 1000, "0.1%"}, Row{"1000ppm", 1000, "0.1%"}, Row{"0%", 0, "0%"},
                            Row{"2%", 20'000, "2%"}, Row{"10.50%", 105'000, "10.5%"}, Row{"0.0001%", 1, "0.0001%"},
                            Row{"50ppm", 50, "0.005%"}, Row{"100%", 1'000'000, "100%"}}) {
        INFO(row.text);
        REQUIRE(parse_ratio(row.text));
        CHECK(parse_ratio(row.text)->ppm == row.ppm);
        CHECK(ratio_text(Ratio{row.ppm}) == row.written);
    }
    for (std::uint32_t ppm = 0; ppm <= 1'000'000; ppm += 7) REQUIRE(parse_ratio(ratio_text(Ratio{ppm})) == Ratio{ppm});
}

TEST_CASE("what isn't a ratio is refused with what to write") {
    for (const char* text : {"", "%", "ppm", ".1%", "0.%", "0.00001%", "-1%", "+1%", "1 %", "1e1%", "100.0001%", "101%",
                             "1000001ppm", "0.1ppm", "99999999999%", "x", "0.1 percent"}) {
        INFO(text);
        REQUIRE_FALSE(parse_ratio(text));
        CHECK(parse_ratio(text).error().message ==
              "write it in percent, like \"0.1%\", or in millionths, like \"1000ppm\"");
    }
    CHECK(parse_ratio("0.1").error().message == "write \"0.1%\"");
    CHECK(parse_ratio("2").error().message == "write \"2%\"");
}
