#include "core/config/nearest.hpp"

#include <catch2/catch.hpp>

using mmm::config::edit_distance;
using mmm::config::nearest;

TEST_CASE("the distance counts letters added, removed, replaced and neighbours swapped") {
    struct Case {
        const char *a, *b;
        std::size_t distance;
    };
    for (const auto& [a, b, distance] : {Case{"", "", 0},
                                         {"", "abc", 3},
                                         {"abc", "", 3},
                                         {"abc", "abc", 0},
                                         {"abc", "abd", 1},
                                         {"abc", "acb", 1},
                                         {"abc", "ab", 1},
                                         {"ab", "abc", 1},
                                         {"pign_ips", "ping_ips", 1},
                                         {"ca", "abc", 3},
                                         {"kitten", "sitting", 3}}) {
        INFO(a << " " << b);
        CHECK(edit_distance(a, b) == distance);
        CHECK(edit_distance(b, a) == distance);
    }
}

TEST_CASE("the nearest word is found unless all are far away") {
    const std::vector<std::string> words{"ping_ips", "ping_interval", "port", "ip"};
    CHECK(nearest("pign_ips", words) == "ping_ips");
    CHECK(nearest("PING_IPS", words) == "ping_ips");
    CHECK(nearest("ping_intervall", words) == "ping_interval");
    CHECK(nearest("prot", words) == "port");
    CHECK(nearest("i", words) == "ip");
    CHECK(nearest("status_path", words).empty());
    CHECK(nearest("", words).empty());
    CHECK(nearest(std::string(100'000, 'p'), words).empty());
    CHECK(nearest("x", {}).empty());
}
