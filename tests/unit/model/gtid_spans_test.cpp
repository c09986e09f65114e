#include "core/model/gtid_spans.hpp"

#include <catch2/catch.hpp>

using namespace mmm;

namespace {

GtidSpans spans(const std::string& text) {
    const auto parsed = GtidSpans::parse(text);
    INFO(text);
    REQUIRE(parsed);
    return *parsed;
}

const std::string kOne = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
const std::string kOther = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

}  // namespace

TEST_CASE("what one position has and another lacks is listed and counted, for both servers") {
    struct {
        std::string wanted;
        std::string have;
        std::string rest;
        std::uint64_t count;
    } const cases[] = {
        {"", "", "", 0},
        {"0-1-5", "", "0-1-1..5", 5},
        {"0-1-150", "0-1-100", "0-1-101..150", 50},
        {"0-1-150", "0-1-149", "0-1-150", 1},
        {"0-1-150", "0-2-151", "", 0},
        {"0-1-10,1-2-7", "1-2-6,0-1-8", "0-1-9..10,1-2-7", 3},
        {kOne + ":1-5", kOne + ":1-3", kOne + ":4-5", 2},
        {kOne + ":1-9", kOne + ":3-4:6", kOne + ":1-2:5:7-9", 6},
        {kOne + ":1-3,\n" + kOther + ":7", kOne + ":1-3", kOther + ":7", 1},
        {kOne + ":1-3:blue:1-2:5", kOne + ":1-3:5", kOne + ":blue:1-2:5", 3},
        {kOne + ":1-3", kOne + ":1-100", "", 0},
        {kOne + ":1-3:3-5:6", "", kOne + ":1-6", 6},
    };
    for (const auto& each : cases) {
        const GtidSpans rest = spans(each.wanted).without(spans(each.have));
        CAPTURE(each.wanted, each.have);
        CHECK(rest.text() == each.rest);
        CHECK(rest.count() == each.count);
        CHECK(rest.empty() == (each.count == 0));
    }
}

TEST_CASE("sets that are put together have what either has") {
    GtidSpans sum = spans("0-1-5");
    sum.add(spans("0-2-9,1-1-2"));
    CHECK(sum.text() == "0-2-1..9,1-1-1..2");
    sum = spans(kOne + ":1-3:7");
    sum.add(spans(kOne + ":4-6," + kOther + ":1"));
    CHECK(sum.text() == kOne + ":1-7," + kOther + ":1");
    CHECK(sum.without(sum).empty());
}

TEST_CASE("what isn't a GTID is refused, naming it") {
    for (const auto* text :
         {"0-1", "0-1-x", "abc", "uuid:", "uuid:0", "uuid:5-3", "uuid:1-2:x-", "uuid:tag", ",", "uuid:1,"}) {
        INFO(text);
        const auto parsed = GtidSpans::parse(text);
        CHECK_FALSE(parsed);
    }
}
