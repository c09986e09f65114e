#include "net/mysql/replication_status.hpp"

#include <catch2/catch.hpp>

#include "net/mysql/sql_thread.hpp"

using namespace mmm;
using namespace mmm::net::mysql;

namespace {

struct Column {
    const char* name;
    std::optional<std::string> value;
};

Rows rows_of(const std::vector<std::vector<Column>>& lines) {
    Rows rows;
    for (const auto& line : lines) {
        rows.columns.clear();
        Rows::Values values;
        for (const auto& column : line) {
            rows.columns.emplace_back(column.name);
            values.push_back(column.value);
        }
        rows.values.push_back(values);
    }
    return rows;
}

std::vector<Column> mariadb_row(const char* channel) {
    return {{"Connection_name", channel},
            {"Slave_IO_Running", "Connecting"},
            {"Slave_SQL_Running", "Yes"},
            {"Master_Host", "192.168.10.12"},
            {"Master_Port", "3306"},
            {"Master_Log_File", "binlog.000002"},
            {"Read_Master_Log_Pos", "4711"},
            {"Relay_Master_Log_File", "binlog.000001"},
            {"Exec_Master_Log_Pos", "815"},
            {"Seconds_Behind_Master", std::nullopt},
            {"Last_IO_Errno", "2003"},
            {"Last_IO_Error", "error connecting\nto master"},
            {"Last_SQL_Errno", "0"},
            {"Using_Gtid", "Slave_Pos"},
            {"Gtid_IO_Pos", "0-1-5"},
            {"Gtid_Slave_Pos", "0-1-4"},
            {"SQL_Delay", "30"},
            {"Relay_Log_File", "relay.000003"},
            {"Relay_Log_Pos", "99"},
            {"Slave_SQL_Running_State", "Reading event"}};
}

}  // namespace

TEST_CASE("a MariaDB replica's status is read from its columns") {
    const auto status = read_replication_status(rows_of({mariadb_row("other"), mariadb_row("")}));
    CHECK(status.configured);
    CHECK_FALSE(status.io_running);
    CHECK(status.io_connecting);
    CHECK(status.sql_running);
    CHECK(status.threads_run());
    CHECK_FALSE(status.seconds_behind);
    CHECK(status.source_host == "192.168.10.12");
    CHECK(status.source_port == 3306);
    CHECK(status.source_log_file == "binlog.000002");
    CHECK(status.source_log_position == 4711);
    CHECK(status.applied_log_file == "binlog.000001");
    CHECK(status.applied_log_position == 815);
    CHECK(status.by_gtid());
    CHECK(status.gtid_io_pos == "0-1-5");
    CHECK(status.gtid_slave_pos == "0-1-4");
    CHECK(status.relay_log_file == "relay.000003");
    CHECK(status.relay_log_position == 99);
    CHECK(status.last_io_errno == 2003);
    CHECK(status.last_io_error == "error connecting to master");
    CHECK(status.sql_delay == 30);
    CHECK(status.sql_state == "Reading event");
}

TEST_CASE("a MySQL replica's status is read from either spelling of its columns") {
    const char* const spellings[][6] = {
        {"Replica_IO_Running", "Replica_SQL_Running", "Source_Host", "Source_Port", "Seconds_Behind_Source",
         "Replica_SQL_Running_State"},
        {"Slave_IO_Running", "Slave_SQL_Running", "Master_Host", "Master_Port", "Seconds_Behind_Master",
         "Slave_SQL_Running_State"},
    };
    for (const auto& names : spellings) {
        INFO(names[0]);
        const auto status = read_replication_status(rows_of({{{names[0], "Yes"},
                                                              {names[1], "No"},
                                                              {names[2], "192.168.10.11"},
                                                              {names[3], "3307"},
                                                              {names[4], "7"},
                                                              {names[5], "state"},
                                                              {"Channel_Name", ""},
                                                              {"Auto_Position", "1"},
                                                              {"Retrieved_Gtid_Set", "a:1-2,\nb:1"}}}));
        CHECK(status.io_running);
        CHECK_FALSE(status.sql_running);
        CHECK_FALSE(status.threads_run());
        CHECK(status.source_host == "192.168.10.11");
        CHECK(status.source_port == 3307);
        CHECK(status.seconds_behind == 7);
        CHECK(status.sql_state == "state");
        CHECK(status.using_gtid == "Auto_Position");
        CHECK(status.retrieved_gtid_set == "a:1-2,b:1");
    }
}

TEST_CASE("the row is that of the named channel; without one the server isn't a replica") {
    const Rows rows = rows_of({mariadb_row("first"), mariadb_row("second")});
    CHECK(read_replication_status(rows, "second").configured);
    CHECK_FALSE(read_replication_status(rows).configured);
    CHECK_FALSE(read_replication_status(Rows()).configured);
    CHECK_FALSE(read_replication_status(rows_of({{{"Slave_IO_Running", "No"}, {"Master_Host", ""}}})).configured);
}

TEST_CASE("a stopped replica by GTID doesn't know what it received before its restart") {
    ReplicationStatus status = read_replication_status(rows_of({mariadb_row("")}));
    CHECK(knows_what_it_received(status));
    status.io_connecting = false;
    status.sql_running = false;
    CHECK(knows_what_it_received(status));  // Gtid_IO_Pos tells
    status.gtid_io_pos.clear();
    CHECK_FALSE(knows_what_it_received(status));
    auto never_started = status;
    never_started.source_log_file.clear();
    CHECK(knows_what_it_received(never_started));
    auto by_position = status;
    by_position.using_gtid = "No";
    CHECK(knows_what_it_received(by_position));
}
