#include "core/lease/timing.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::lease;
using namespace std::chrono_literals;

TEST_CASE("W, X and S follow from lease, slack and drift") {
    struct Row {
        std::string what;
        Timing timing;
        Duration wait, validity, silence;
    };
    Timing drifting, exact, longer;
    drifting.drift_ppm = 10'000;
    exact.kernel = {0ms, 0ms};
    longer.lease = 10s;
    const std::vector<Row> rows = {
        {"the default", {}, 3507ms, 5507ms, 9014ms},
        {"1 % drift", drifting, 3570ms, 5570ms, 9140ms},
        {"a guard that is exact", exact, 2205ms, 4205ms, 6410ms},
        {"a lease of 10 s", longer, 11523ms, 13523ms, 25046ms},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(row.timing.wait() == row.wait);
        CHECK(row.timing.promise_validity() == row.validity);
        CHECK(row.timing.silence() == row.silence);
        CHECK(row.timing.silence() >= row.timing.promise_validity() + row.timing.wait());
        CHECK(row.timing.worst_move() > row.timing.wait());
    }
}

TEST_CASE("settings that can't work are refused with the remedy") {
    struct Row {
        std::string reason;
        Timing timing;
    };
    std::vector<Row> rows(5);
    rows[0].reason = "0.5 s to 60 s";
    rows[0].timing.lease = 400ms;
    rows[1].reason = "0.5 s to 60 s";
    rows[1].timing.lease = 61s;
    rows[2].reason = "at least four rounds";
    rows[2].timing.renew_every = 501ms;
    rows[3].reason = "more than 5 %";
    rows[3].timing.drift_ppm = 50'001;
    rows[4].reason = "two rounds or more";
    rows[4].timing.round_trips = 499ms;
    for (const auto& row : rows) {
        INFO(row.reason);
        const auto result = validate(row.timing);
        REQUIRE_FALSE(result);
        CHECK_THAT(result.error().message, Catch::Contains(row.reason));
    }
    CHECK(validate({}));
}

TEST_CASE("rule 15: an address lives for the whole seconds that are left of the lease and one more") {
    const Time now{1000s};
    struct Row {
        Duration left;
        std::optional<Duration> lifetime;
    };
    const std::vector<Row> rows = {{-1ms, {}}, {0ms, {}},    {1ms, 1s},    {999ms, 1s},
                                   {1s, 2s},   {1999ms, 2s}, {2000ms, 3s}, {2001ms, 3s}};
    for (const auto& row : rows) {
        INFO(row.left.count() << " ms left");
        const auto term = address_term(now + row.left, now, {});
        REQUIRE(term.has_value() == row.lifetime.has_value());
        if (term) CHECK(term->lifetime == *row.lifetime);
    }
    Timing exact;
    exact.kernel = {0ms, 0ms};
    CHECK(address_term(now + 1234ms, now, exact)->lifetime == 1234ms);
}

TEST_CASE("rule 15: whatever is left, the kernel ends the address after the lease and within W of a support") {
    const Timing timing;
    const Time sent{1000s};
    for (Duration passed = 0ms; passed < timing.lease; passed += 7ms) {
        const Time end = sent + timing.lease;
        const auto term = address_term(end, sent + passed, timing);
        REQUIRE(term);
        const Time put = term->kill_at;  // at the latest
        CHECK(put + term->lifetime >= end);
        CHECK(put + term->lifetime + timing.kernel.lateness <= sent + timing.wait());
    }
}

TEST_CASE("rule 16: the call must be over δ after the clock was read, however long the lease lasts") {
    const Time now{1000s};
    for (const Duration left : {1ms, 500ms, 2000ms}) CHECK(address_term(now + left, now, {})->kill_at == now + 200ms);
}
