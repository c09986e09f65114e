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
    const auto verdict = [](const ReplicationStatus& of) { return rep_backlog_verdict(backlog_of(of), 60s); };
    auto status = healthy();
    CHECK(verdict(status) == Verdict{Outcome::ok, "Backlog is null"});
    CHECK(backlog_of(status).behind == 0s);
    status.seconds_behind = 60;
    CHECK(verdict(status) == Verdict{Outcome::ok, "Backlog is 60 s"});
    status.seconds_behind = 61;
    CHECK(verdict(status) == Verdict{Outcome::failed_soft, "Backlog is 61 s, more than 60 s"});
    status.seconds_behind.reset();
    // Both threads run, and still nothing is known: that is no delay of none.
    CHECK(verdict(status) == Verdict{Outcome::unknown, "Backlog is unknown (NULL)"});
    status.sql_running = false;
    CHECK(verdict(status) == Verdict{Outcome::unknown, "Backlog is unknown (NULL)"});
    status.sql_running = true;
    status.io_running = false;
    status.io_connecting = true;
    CHECK(verdict(status) == Verdict{Outcome::unknown, "Backlog is unknown: the source can't be reached"});
    status.last_io_errno = 2003;
    status.last_io_error = "Can't connect to server";
    CHECK(verdict(status) == Verdict{Outcome::unknown,
                                     "Backlog is unknown: the source can't be reached: error 2003: Can't connect to "
                                     "server"});
    CHECK_FALSE(backlog_of(status).behind);
    CHECK(verdict({}) == Verdict{Outcome::unknown, "Replication is not set up"});
}

TEST_CASE("with a heartbeat table the age of the source's row is the delay, whatever the server says") {
    auto status = healthy();
    status.source_server_id = 7;
    CHECK(rep_backlog_verdict(backlog_by_beat(0s, status), 60s) == Verdict{Outcome::ok, "Backlog is null"});
    CHECK(rep_backlog_verdict(backlog_by_beat(61s, status), 60s) ==
          Verdict{Outcome::failed_soft, "Backlog is 61 s, more than 60 s"});
    CHECK(rep_backlog_verdict(backlog_by_beat(std::nullopt, status), 60s) ==
          Verdict{Outcome::unknown, "Backlog is unknown (the heartbeat table has no row of the source, server_id 7)"});
}

TEST_CASE("replication that can't be asked for is unknown, but a missing right fails") {
    const Error right{Code::permission, "SLAVE MONITOR is missing", 1227};
    CHECK(unanswered_verdict(right, true) == Verdict{Outcome::failed_soft, right.message});
    CHECK(unanswered_verdict(right, false) == Verdict{Outcome::unknown, right.message});
    CHECK(unanswered_verdict({Code::timeout, "late", 0}, true) == Verdict{Outcome::unknown, "late"});
    CHECK(unanswered_verdict({Code::unreachable, "gone", 2002}, false) == Verdict{Outcome::unknown, "gone"});
}
