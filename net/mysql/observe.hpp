#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/replication_status.hpp"

namespace mmm::net::mysql {

/// May the server be written to? super_read_only stays false where the server has none.
struct ReadOnly {
    bool read_only = false;
    bool super_read_only = false;
    bool operator==(const ReadOnly&) const = default;
};

/// A server's state, as it says itself. Positions that its family doesn't have stay empty.
struct ServerView {
    Server server;
    ReadOnly read_only;
    std::uint32_t server_id = 0;
    std::string server_uuid;  ///< MySQL
    Duration uptime{0};
    ReplicationStatus replication;
    std::string gtid_binlog_pos;    ///< MariaDB: last written to the own binary log
    std::string gtid_slave_pos;     ///< MariaDB: last applied from a source
    std::string gtid_binlog_state;  ///< MariaDB: last of each server in the own binary log
    std::string gtid_current_pos;   ///< MariaDB: last applied or written here
    std::string gtid_executed;      ///< MySQL
    std::string gtid_mode;          ///< MySQL
    bool log_bin = false;           ///< MariaDB, as is the next one
    bool log_slave_updates = false;
    std::string events;  ///< event_scheduler: ON, OFF or DISABLED
};

/// Reads all of it in two queries. Needs SLAVE MONITOR (MariaDB) or REPLICATION CLIENT (MySQL).
Result<ServerView> observe(Connection& connection, Time deadline);

/// Only the part that has to be watched several times a second: one query, no rights needed, about 0.1 ms.
Result<ReadOnly> observe_light(Connection& connection, Time deadline);

/// All that the server has applied or written: gtid_current_pos or gtid_executed.
Result<std::string> gtid_position(Connection& connection, Time deadline);

/// MySQL breaks long GTID sets into lines.
std::string one_line(std::string text);

}  // namespace mmm::net::mysql
