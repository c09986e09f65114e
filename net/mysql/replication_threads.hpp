#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/replication_status.hpp"

// Each of these reads back what it did and returns it. All need REPLICATION SLAVE ADMIN and SLAVE MONITOR
// (MySQL: REPLICATION_SLAVE_ADMIN, REPLICATION CLIENT). Stopping what is stopped and starting what runs is success.

namespace mmm::net::mysql {

/// Receives no more; what was received goes on being applied.
Result<ReplicationStatus> stop_io_thread(Connection& connection, Time deadline);

/// Stops both threads. Waits for the transaction that is being applied, which may take as long as it took the source;
/// at the deadline the session is left, and the server goes on stopping.
Result<ReplicationStatus> stop_replication(Connection& connection, Time deadline);

/// Starts both threads; the I/O thread may still be connecting.
/// With both stopped, a MariaDB replica by GTID throws its relay log away and asks its source again from what it has
/// applied: call drain() first where the source may not have it any more.
/// Errors: Code::invalid if the server isn't a replica; Code::refused with what a thread died of.
Result<ReplicationStatus> start_replication(Connection& connection, Time deadline);

/// Waits until the threads run, the I/O thread perhaps still connecting. Errors: as start_replication().
Result<ReplicationStatus> await_threads(Connection& connection, Time deadline);

/// What a thread died of, for messages: "the SQL thread stopped with error 1062: ..."; empty if neither did.
std::string thread_error(const ReplicationStatus& status);

}  // namespace mmm::net::mysql
