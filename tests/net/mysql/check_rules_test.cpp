#include "net/mysql/check_rules.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

ReplicationStatus healthy() {
    ReplicationStatus status;
    status.configured = true;
    status.io_running = true;
    status.sql_running = true;
    status.seconds_behind = 0;
    return status;
}

}  // namespace

TEST_CASE("the mysql check tells a dead server from a silent one and from one that lets nobody in") {
    struct {
        Code code;
        Outcome outcome;
    } const cases[] = {
        {Code::unreachable, Outcome::failed_hard},
        {Code::timeout, Outcome::failed_soft},
        {Code::io, Outcome::failed_soft},
        {Code::refused, Outcome::failed_soft},
        {Code::busy, Outcome::unknown},
        {Code::permission, Outcome::unknown},
        {Code::cancelled, Outcome::unknown},
    };
    for (const auto& each : cases) {
        INFO(static_cast<int>(each.code));
        CHECK(mysql_verdict(fail(each.code, "text")) == Verdict{each.outcome, "text"});
    }
    CHECK(mysql_verdict({}) == Verdict{Outcome::ok, ""});
}

TEST_CASE("rep_threads fails when a thread says No or replication isn't set up") {
    CHECK(rep_threads_verdict({}) == Verdict{Outcome::failed_soft, "Replication is not set up"});
    auto status = healthy();
    CHECK(rep_threads_verdict(status) == Verdict{Outcome::ok, ""});
    status.io_running = false;
    status.io_connecting = true;
    CHECK(rep_threads_verdict(status) == Verdict{Outcome::ok, ""});
    status.io_connecting = false;
    CHECK(rep_threads_verdict(status) == Verdict{Outcome::failed_soft, "Replication is broken: I/O thread stopped"});
    status.sql_running = false;
    status.last_sql_errno = 1062;
    status.last_sql_error = "Duplicate entry";
    CHECK(rep_threads_verdict(status) == Verdict{Outcome::failed_soft,
                                                 "Replication is broken: I/O thread stopped; SQL thread stopped: "
                                                 "error 1062: Duplicate entry"});
}

TEST_CASE("rep_backlog fails above its limit; not knowing the delay isn't the same as no delay") {
    auto status = healthy();
    CHECK(rep_backlog_verdict(status, 60s) == Verdict{Outcome::ok, "Backlog is null"});
    status.seconds_behind = 60;
    CHECK(rep_backlog_verdict(status, 60s) == Verdict{Outcome::ok, "Backlog is 60 s"});
    status.seconds_behind = 61;
    CHECK(rep_backlog_verdict(status, 60s) == Verdict{Outcome::failed_soft, "Backlog is 61 s, more than 60 s"});
    status.seconds_behind.reset();
    CHECK(rep_backlog_verdict(status, 60s) == Verdict{Outcome::ok, "Backlog is null"});
    status.sql_running = false;
    CHECK(rep_backlog_verdict(status, 60s) == Verdict{Outcome::unknown, "Backlog is unknown (NULL)"});
    status.sql_running = true;
    status.io_running = false;
    status.io_connecting = true;
    CHECK(rep_backlog_verdict(status, 60s) ==
          Verdict{Outcome::unknown, "Backlog is unknown: the source can't be reached"});
    status.last_io_errno = 2003;
    status.last_io_error = "Can't connect to server";
    CHECK(rep_backlog_verdict(status, 60s) ==
          Verdict{Outcome::unknown,
                  "Backlog is unknown: the source can't be reached: error 2003: Can't connect to server"});
    CHECK(rep_backlog_verdict({}, 60s).outcome == Outcome::unknown);
}

TEST_CASE("replication that can't be asked for is unknown, but a missing right fails") {
    const Error right{Code::permission, "SLAVE MONITOR is missing", 1227};
    CHECK(unanswered_verdict(right, true) == Verdict{Outcome::failed_soft, right.message});
    CHECK(unanswered_verdict(right, false) == Verdict{Outcome::unknown, right.message});
    CHECK(unanswered_verdict({Code::timeout, "late", 0}, true) == Verdict{Outcome::unknown, "late"});
    CHECK(unanswered_verdict({Code::unreachable, "gone", 2002}, false) == Verdict{Outcome::unknown, "gone"});
}
