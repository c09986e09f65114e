#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/replication_status.hpp"

namespace mmm::net::mysql {

/// Makes a SQL thread that was stopped by hand run again, so that it applies the relay log that is there.
///
/// The trap: MariaDB by GTID deletes the relay log when either thread is started while both are stopped, to fetch it
/// again from the source. If the source is gone, received transactions are lost without a word (measured on 10.11.19:
/// three received rows vanished, Gtid_IO_Pos went back). So, with both stopped, the SQL thread is started by relay log
/// file and position, GTID switched off for it; resume_gtid() switches it on again. `status` is the current one.
/// Errors: Code::refused when the thread had stopped with an error, which starting wouldn't mend.
Result<void> start_sql_thread_keeping_relay_log(Connection& connection, const ReplicationStatus& status, Time deadline);

/// Undoes what start_sql_thread_keeping_relay_log() did to a drained replica: stops the SQL thread and replicates by
/// GTID again, as `before` says. Does nothing if it does so already.
Result<void> resume_gtid(Connection& connection, const ReplicationStatus& before, Time deadline);

/// What a stopped replica has received and not applied isn't there any more, so that nobody applies it later.
Result<void> throw_relay_log_away(Connection& connection, Time deadline);

/// False for a MariaDB replica by GTID whose threads weren't started since the server's restart: Gtid_IO_Pos is empty
/// then, and after a crash the other positions are stale, so its relay log may hold anything.
bool knows_what_it_received(const ReplicationStatus& status);

}  // namespace mmm::net::mysql
