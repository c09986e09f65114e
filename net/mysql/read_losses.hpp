#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/proto/read_losses.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// Reads transactions from the server's own binary log, by SQL: where each begins, which tables it changed, and its
/// statements where the log has them (MariaDB's binlog_annotate_row_events, MySQL's binlog_rows_query_log_events, and
/// whatever is logged as a statement). Neither server tells by SQL when an event was written, nor rows' values.
/// `gtids` as GtidSet writes them. Looks from the last file that began before all of them, at no more than a million
/// events, until a second before the deadline; the outcome says what couldn't be read.
/// Errors: those of connecting; Code::permission without BINLOG MONITOR (MariaDB), REPLICATION CLIENT and REPLICATION
/// SLAVE (MySQL).
Result<proto::ReadLosses> read_losses(Connection& connection, const std::string& gtids, Time deadline);

}  // namespace mmm::net::mysql
