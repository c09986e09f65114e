#include "core/lease/durable.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::lease;

TEST_CASE("a message may leave when what it rests on is on the disk, whatever else isn't") {
    const Slot slot{"writer", *Address::parse("192.168.10.128")};
    const Slot other{"reader", *Address::parse("192.168.10.129")};
    const lease::Epoch five{5, "monitor-a"};
    const lease::Epoch six{6, "monitor-a"};
    Record saved{true, {}};
    saved.slots[slot] = {five, five, five, {}, 5};
    PromiseReply refused{"db1", slot, six, Refusal::silent, 0, {}, 0};
    PromiseReply promised{"db1", slot, six, Refusal::none, 0, {}, 0};
    const struct {
        const char* what;
        Message message;
        bool durable;
    } rows[] = {
        {"renewal of what was accepted", Renewal{"db1", {}, 0, {{slot, five}}, 1}, true},
        {"renewal of a newer grant", Renewal{"db1", {}, 0, {{slot, six}}, 1}, false},
        {"renewal with another slot that isn't saved", Renewal{"db1", {}, 0, {{slot, five}, {other, five}}, 1}, false},
        {"support that was given before", Support{"db1", "db2", {}, {{slot, five}}, {}, Refusal::none, 1}, true},
        {"first support", Support{"db1", "db2", {}, {{slot, six}}, {}, Refusal::none, 1}, false},
        {"support of nothing", Support{"db1", "db2", {}, {}, {{slot, six}}, Refusal::none, 1}, true},
        {"promise", promised, false},
        {"refusal", refused, true},
        {"own proposal", PromiseRequest{slot, six, "db1", 0, five}, false},
        {"own proposal that is noted", PromiseRequest{slot, five, "db1", 0, five}, true},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(is_durable(saved, row.message) == row.durable);
    }
    Record unsettled = saved;
    unsettled.settled = false;
    CHECK_FALSE(is_durable(unsettled, rows[0].message));
    CHECK_FALSE(is_durable(unsettled, rows[3].message));
    CHECK(is_durable(unsettled, refused));
}
