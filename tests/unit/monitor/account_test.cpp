#include "core/monitor/account.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::monitor;

TEST_CASE("what a new writer lacks follows from what both servers said, and is never guessed") {
    const std::string uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    struct {
        const char* name;
        ServerSets before;
        ServerSets after;
        Loss loss;
    } const cases[] = {
        {"frozen, and all of it is there",
         {"0-1-100", "0-1-90,0-2-50", 1, true},
         {"0-2-101", "0-1-100,0-2-101", 2},
         {"", true}},
        {"frozen, and what came after its last look is lacking",
         {"0-1-100", "0-1-90,0-2-50", 1, true},
         {"0-1-95", "0-1-95,0-2-50", 2},
         {"0-1-96..100", true}},
        {"as many transactions, but not the same",
         {"0-1-100", "0-1-100,0-2-50", 1, true},
         {"0-2-101", "0-1-90,0-2-101", 2},
         {"0-1-91..100", true}},
        {"frozen, without histories: by the last transaction",
         {"0-1-100", "", 1, true},
         {"0-1-99", "", 2},
         {"0-1-100", true}},
        {"frozen, and nobody looked at the new one", {"0-1-100", "0-1-90", 1, true}, {}, {std::nullopt, false}},
        {"not frozen: more may come to light",
         {"0-1-100", "0-1-100,0-2-50", 1},
         {"0-2-101", "0-1-100,0-2-101", 2},
         {"", false}},
        {"not frozen, and unknown", {"0-1-100", "", 1}, {"0-2-101", "", 2}, {std::nullopt, false}},
        {"MySQL", {uuid + ":1-9", uuid + ":1-8", 1, true}, {uuid + ":1-7", uuid + ":1-7", 2}, {uuid + ":8-9", true}},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        const Loss loss = loss_of(each.before, each.after);
        CAPTURE(loss.gtids.value_or("unknown"));
        CHECK(loss == each.loss);
    }
}

TEST_CASE("what a new writer did without is lost, also what the old one wrote after its last word") {
    struct {
        const char* name;
        Loss loss;
        std::string given_up;
        Loss added;
    } const cases[] = {
        {"nothing", {"0-1-101..103", false}, "", {"0-1-101..103", false}},
        {"more than was known", {"0-1-101..103", false}, "0-1-102..110", {"0-1-101..110", false}},
        {"all that is known", {"", false}, "0-1-102..110", {"0-1-102..110", false}},
        {"known although the rest isn't", {std::nullopt, false}, "0-1-102..110", {"0-1-102..110", false}},
        {"nobody can read it", {"0-1-101", false}, "?", {"0-1-101", false}},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        Loss loss = each.loss;
        add_given_up(loss, each.given_up);
        CHECK(loss == each.added);
    }
}
