#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// How far applying what was received has come.
struct Drained {
    bool complete = false;
    /// Nobody can tell: a MariaDB replica by GTID that wasn't started since its server's restart. Starting it throws
    /// the relay log of before away. Fine for a replica whose source has it all; a candidate for writer may lack
    /// something.
    bool unknown = false;
    std::string left;                     ///< for people: what isn't applied yet, or why that can't be known
    std::uint64_t transactions_left = 0;  ///< by GTIDs; 0 too where nobody can count
    std::string received;  ///< MariaDB: Gtid_IO_Pos; MySQL: Retrieved_Gtid_Set; by file and position "FILE:POSITION"
    std::string applied;   ///< likewise
};

/// Told what is left, about once a second.
using Progress = std::function<void(const Drained& so_far)>;

/// Stops the I/O thread, then waits until all that was received is applied; the I/O thread stays stopped.
///
/// Received means whole transactions: half of one, of a source that died inside it, never counts. A SQL thread that
/// was stopped by hand is started, without losing the relay log (see sql_thread.hpp). At the deadline the answer is
/// `complete` = false with what is left. A server that isn't a replica has nothing to apply.
/// Errors: Code::refused when the SQL thread has stopped with an error. Needs REPLICATION SLAVE ADMIN, SLAVE MONITOR,
/// and PROCESS for replicas by file and position.
Result<Drained> drain(Connection& connection, Time deadline, const Progress& progress = {});

}  // namespace mmm::net::mysql
