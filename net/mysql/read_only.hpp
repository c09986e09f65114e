#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/clients.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/observe.hpp"

namespace mmm::net::mysql {

// Both first end what earlier statements of the connection may still be doing, see end_abandoned().

/// Makes the server refuse writes (read_only, on MySQL super_read_only too) and reads it back. Running writes, ALTER
/// and LOCK TABLES WRITE are waited for up to `lock_wait` (whole seconds, at least one); new writes wait meanwhile.
/// Errors: Code::timeout, naming who is in the way, with nothing changed.
/// Needs READ_ONLY ADMIN (MySQL: SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN).
Result<ReadOnly> set_read_only(Connection& connection, Duration lock_wait, Time deadline);

/// Makes the server take writes and reads it back. The statement carries the deadline: a server that executes it too
/// late, because it was frozen, stays read-only; that is Code::timeout.
Result<ReadOnly> set_writable(Connection& connection, Time deadline);

/// Who may be in the way of read_only: running statements of clients first, then idle sessions, which may hold LOCK
/// TABLES WRITE (no server says which does without extra instruments). Needs PROCESS to see other users' sessions.
Result<std::vector<Client>> blockers(Connection& connection, Time deadline);

}  // namespace mmm::net::mysql
