#include "core/config/classic_checks.hpp"

#include "tests/unit/config/classic_cases.hpp"

using namespace mmm;
using namespace mmm::config;
using test::classic;

namespace {

/// check_period, trap_period and timeout, in milliseconds.
std::string times(const Config& config, CheckKind kind) {
    const auto& check = config.check(kind);
    return std::to_string(check.check_period.count()) + " " + std::to_string(check.trap_period.count()) + " " +
           std::to_string(check.timeout.count());
}

}  // namespace

TEST_CASE("checks are fast unless the file was tuned, which then stands against MMM's own defaults") {
    struct Case {
        const char* text;
        const char* ping;
        const char* mysql;
    };
    const std::vector<Case> cases{
        {"", "1000 3000 500", "1000 3000 500"},
        {"<check default>\nrestart_after 99\nmax_backlog 30\n</check>", "1000 3000 500", "1000 3000 500"},
        {"<check mysql>\ntrap_period 20\n</check>", "1000 3000 500", "5000 20000 2000"},
        {"<check mysql>\ntimeout 3\n</check>", "1000 3000 500", "5000 10000 3000"},
        {"<check default>\ntrap_period 4\n</check>", "5000 4000 2000", "5000 4000 2000"},
        {"<check default>\ncheck_period 7\n</check>\n<check mysql>\ncheck_period 8\ntrap_period 0\n</check>",
         "7000 10000 2000", "8000 0 2000"},
        {"<check mysql>\ncheck_period 1\ntrap_period 0\ntimeout 1\n</check>", "1000 3000 500", "1000 0 900"},
        {"<check mysql>\ncheck_period 0.5\n</check>", "1000 3000 500", "500 10000 450"},
        {"<check mysql>\ncheck_period 5\ntimeout 2\n</check>", "1000 3000 500", "5000 10000 2000"},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        const auto config = classic(each.text).config;
        CHECK(times(config, CheckKind::ping) == each.ping);
        CHECK(times(config, CheckKind::mysql) == each.mysql);
    }
}

TEST_CASE("a timeout that isn't below the period is lowered, with one doubt where it was written") {
    const auto findings = [](const char* checks) {
        return test::classic_findings(test::spoiled({{"<role writer>", std::string(checks) + "<role writer>"}}));
    };
    CHECK(findings("<check default>\ncheck_period 1\ntrap_period 2\n</check>\n") ==
          "t.conf:34:14: doubt: <check default> has timeout 2 s and check_period 1 s; as a check must end before the "
          "next begins, its timeout is 0.9 s; write a shorter timeout\n");
    CHECK(findings("<check mysql>\ncheck_period 2\ntrap_period 4\ntimeout 2\n</check>\n") ==
          "t.conf:36:9: doubt: <check mysql> has timeout 2 s and check_period 2 s; as a check must end before the next "
          "begins, its timeout is 1.8 s; write a shorter timeout\n");
}

TEST_CASE("the other rules about checks speak classic") {
    test::check_all({
        {"a trap shorter than the period",
         {{"<role writer>", "<check mysql>\ncheck_period 10\ntrap_period 0\n</check>\n<role writer>"}},
         "t.conf:35:13: doubt: <check mysql> has trap_period 0s and check_period 10s: a single failed check is enough; "
         "write a trap_period of at least 20\n"},
        {"a backlog in another check",
         {{"<role writer>", "<check mysql>\nmax_backlog 900\n</check>\n<role writer>"}},
         "t.conf:34:13: doubt: \"max_backlog\" has no effect in <check mysql>; move it to <check rep_backlog>\n"},
        {"a backlog for all checks",
         {{"<role writer>", "<check default>\nmax_backlog 900\n</check>\n<role writer>"}},
         ""},
    });
    const auto config = classic("<check default>\nmax_backlog 900\n</check>\n").config;
    CHECK(config.check(CheckKind::rep_backlog).max_backlog == 900s);
    CHECK(config.check(CheckKind::ping).max_backlog == 60s);
}
