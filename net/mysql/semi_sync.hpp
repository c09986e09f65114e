#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/semi_sync.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// Reads both parts of semi-synchronous replication, in the spelling of any server; all off where the server has none.
/// How long a commit has waited comes from the list of sessions, in whole seconds, and needs PROCESS.
Result<SemiSync> observe_semi_sync(Connection& connection, Time deadline);

/// Switches the source's part off: commits that wait end, and count as committed. Success if it is off already.
/// Errors: Code::permission without REPLICATION MASTER ADMIN (MySQL: SYSTEM_VARIABLES_ADMIN).
Result<void> end_semi_sync(Connection& connection, Time deadline);

/// Ends the sessions by which replicas receive from this server, if a transaction waits for an acknowledgement: one of
/// a replica that died is waited for until the server notices. Replicas that live connect again. That ends the
/// wait where wait_no_slave (MySQL: wait_no_replica) is off. Returns how many ended. Needs PROCESS and CONNECTION
/// ADMIN.
Result<int> end_senders_that_are_waited_for(Connection& connection, Time deadline);

/// As observe_semi_sync(), without how long a commit waits: name and value of the settings and of the status.
SemiSync read_semi_sync(const Rows& settings, const Rows& status);

}  // namespace mmm::net::mysql
