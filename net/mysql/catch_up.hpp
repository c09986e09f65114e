#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// Waits until the server has applied (or itself written) all of `wanted`: a MariaDB position or a MySQL GTID set.
/// The comparison is our own, by domain and sequence, and else by what the server itself logged: MASTER_GTID_WAIT
/// counts in statistics, needs a server thread, and can't be cancelled. It can't tell histories apart that diverged;
/// that is for whoever compares states. Returns the position reached. Errors: Code::invalid for what isn't a position;
/// Code::timeout with what is missing; Code::refused when the SQL thread isn't running.
Result<std::string> wait_for_gtid(Connection& connection, const std::string& wanted, Time deadline);

/// What of `wanted` is neither applied nor written here by now; empty: it has all of it. Errors: as above.
Result<std::string> not_applied(Connection& connection, const std::string& wanted, Time deadline);

/// Waits until all of `wanted` was received or applied; replication must be running for that. Errors: as above, and
/// Code::refused with what the I/O thread died of.
Result<void> wait_until_received(Connection& connection, const std::string& wanted, Time deadline);

/// Is all of `history` (another server's part of its gtid_binlog_state) in this server's binary log? Positions alone
/// can't tell histories apart that diverged. MariaDB; an empty history asks for nothing.
/// Returns a text for the log. Errors: Code::refused with what is missing.
Result<std::string> has_history(Connection& connection, const std::string& history, Time deadline);

}  // namespace mmm::net::mysql
