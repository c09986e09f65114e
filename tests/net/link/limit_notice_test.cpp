#include "net/link/limit_notice.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

TEST_CASE("each kind of limit is told once an interval, with how many were left out", "[limit_notice]") {
    std::vector<std::string> told;
    LimitNotice notices(1min, [&](const std::string& text) { told.push_back(text); });
    const Time start{};
    notices.tell("garbage", "a", start);
    for (int i = 0; i < 10; ++i) notices.tell("garbage", "b", start + 10s);
    notices.tell("time-out", "c", start + 10s);
    notices.tell("garbage", "d", start + 59s);
    notices.tell("garbage", "e", start + 60s);
    notices.tell("garbage", "f", start + 120s);
    CHECK(told == std::vector<std::string>{"a", "c", "e (and 11 times more since the last notice)", "f"});
}
