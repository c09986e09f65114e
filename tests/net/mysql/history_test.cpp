#include "net/mysql/history.hpp"

#include <catch2/catch.hpp>

using namespace mmm::net::mysql;

namespace {

const std::string kUuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

ServerView mariadb(const char* state, const char* slave_pos) {
    ServerView view;
    view.server = {Family::mariadb, 101119};
    view.log_bin = view.log_slave_updates = true;
    view.gtid_binlog_state = state;
    view.gtid_slave_pos = slave_pos;
    return view;
}

ServerView mysql(const std::string& executed, const std::string& retrieved, const char* mode = "ON") {
    ServerView view;
    view.server = {Family::mysql, 90704};
    view.gtid_executed = executed;
    view.gtid_mode = mode;
    view.replication.retrieved_gtid_set = retrieved;
    return view;
}

}  // namespace

TEST_CASE("MariaDB's history is its binary log's state and what it received by GTID") {
    ServerView view = mariadb("0-1-64,0-2-112", "0-2-112");
    CHECK(history_of(view) == History{"0-1-64,0-2-112", "", "0-1-64,0-2-112"});
    view.replication.gtid_io_pos = "0-2-115";
    CHECK(history_of(view).set == "0-1-64,0-2-112");
    view.replication.using_gtid = "Slave_Pos";
    CHECK(history_of(view).set == "0-1-64,0-2-115");
    CHECK(history_of(view).applied == "0-1-64,0-2-112");
    CHECK(history_of(mariadb("", "")) == History{"", ""});
}

TEST_CASE("a MariaDB server that doesn't log all that it has can't tell its history") {
    ServerView view = mariadb("0-1-64", "");
    view.log_bin = false;
    CHECK(history_of(view) == History{"", "its binary log is off; set log_bin"});
    view = mariadb("0-1-64", "");
    view.log_slave_updates = false;
    CHECK(history_of(view).problem.find("log_slave_updates is off") == 0);
    // Applied, and not in the binary log: RESET MASTER, or a clone.
    for (const char* state : {"", "0-1-64", "0-1-64,0-2-111"}) {
        INFO(state);
        CHECK(history_of(mariadb(state, "0-2-112")).set.empty());
        CHECK(history_of(mariadb(state, "0-2-112")).problem.find("RESET MASTER") != std::string::npos);
    }
    CHECK_FALSE(history_of(mariadb("x", "")).problem.empty());
}

TEST_CASE("MySQL's history is what was executed and what was received") {
    CHECK(history_of(mysql(kUuid + ":1-5", "")) == History{kUuid + ":1-5", "", kUuid + ":1-5"});
    CHECK(history_of(mysql(kUuid + ":1-5", kUuid + ":4-9:tag:1")) == History{kUuid + ":1-9:tag:1", "", kUuid + ":1-5"});
    CHECK(history_of(mysql("", "")) == History{"", ""});
}

TEST_CASE("MySQL without GTIDs can't tell its history; the remedy is named") {
    for (const char* mode : {"OFF", "OFF_PERMISSIVE", "ON_PERMISSIVE"}) {
        INFO(mode);
        const History history = history_of(mysql(kUuid + ":1-5", "", mode));
        CHECK(history.set.empty());
        CHECK(history.problem == std::string("gtid_mode is ") + mode +
                                     ", so nothing tells which transactions it has; set gtid_mode=ON and "
                                     "enforce_gtid_consistency=ON");
        CHECK_FALSE(why_no_gtids({Family::mysql, 80400}, mode).empty());
        CHECK(why_no_gtids({Family::mariadb, 101119}, "").empty());
    }
}
