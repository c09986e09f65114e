#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/clients.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

struct FreezeOptions {
    Duration grace{0};                  ///< for locks in the way of read_only, and then for running statements
    bool forced = false;                ///< what the look at the beginning finds refuses nothing
    bool stop_events = false;           ///< the event scheduler is switched off first
    std::set<std::string> spare_users;  ///< the agent's, the monitor's and the replication user
};

struct Frozen {
    std::string position;       ///< of everything that was written
    std::string history;        ///< MariaDB: gtid_binlog_state
    std::vector<Client> ended;  ///< sessions that were ended
    bool locked = false;        ///< by a global read lock too; false: our user lacks the right RELOAD
};

/// Stops all writes for a planned move and finds out where they ended, in an order in which giving up costs nothing:
/// looks for what can't be ended in time (commits that wait for an acknowledgement, long statements, prepared XA
/// transactions); read_only=1, ending who is in the way after `grace`; ends clients; takes a global read lock, which
/// stops even users that may write to a read-only server, and XA COMMIT on MySQL; reads the position twice.
/// After an error read_only may be on and the lock be held: set_writable() undoes both.
/// Errors: Code::refused for what the look found, Code::timeout for what was in the way, each naming the sessions.
/// Needs PROCESS, CONNECTION ADMIN, READ_ONLY ADMIN, for the lock RELOAD, and XA_RECOVER_ADMIN on MySQL to see XA.
Result<Frozen> freeze_writes(Connection& connection, const FreezeOptions& options, Time deadline);

/// Gives the lock of freeze_writes() back. read_only stays as it is.
Result<void> unlock(Connection& connection, Time deadline);

/// What the look of freeze_writes() has against stopping writes now; empty: nothing.
Result<std::string> why_not_freeze(Connection& connection, const std::set<std::string>& spare_users, Time deadline);

}  // namespace mmm::net::mysql
