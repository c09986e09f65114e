#include "net/host/boot_clock.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace std::chrono_literals;

TEST_CASE("the wall clock's seconds begin with the boot clock's", "[boot_clock]") {
    const auto difference = [](const Now& now) {
        return now.wall.since_epoch - std::chrono::floor<std::chrono::seconds>(now.time.time_since_epoch());
    };
    const Now first = net::now();
    CHECK(std::chrono::abs(first.wall.since_epoch - net::wall_now().since_epoch) <= 2s);
    int steps = 0;
    for (Now now = first; now.time - first.time < 1200ms; now = net::now()) {
        if (difference(now) != difference(first)) ++steps;
    }
    CHECK(steps == 0);
}
