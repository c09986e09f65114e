#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/replication_status.hpp"

namespace mmm::net::mysql {

/// What pointing a replica at another source did.
struct Repointed {
    bool changed = false;   ///< false: it replicated from there by GTID already
    std::string discarded;  ///< received from the old source, not applied, and thrown away with its relay log
    ReplicationStatus status;
};

/// Makes the server replicate from `source` by GTID, both threads running (the I/O thread may still be connecting), and
/// reads that back. Does nothing to the source setting if it is so already. Stopping waits for the transaction that is
/// being applied, up to the deadline.
/// Errors never hold the password. Code::refused with what a thread died of. Needs REPLICATION SLAVE ADMIN and
/// SLAVE MONITOR (MySQL: REPLICATION_SLAVE_ADMIN, REPLICATION CLIENT).
Result<Repointed> repoint(Connection& connection, const Source& source, Time deadline);

}  // namespace mmm::net::mysql
