#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

// A row that the writer renews each second, in a table that pt-heartbeat could have made: (ts, server_id), ts in UTC
// with a fraction. How old it is on a replica is how far that is behind, also while its source is cut off.

namespace mmm::net::mysql {

/// Writes the server's time into the row of its server_id. The user must not be one that read_only doesn't bind: what
/// isn't the writer any more then takes nothing. Errors: Code::refused and others of the server's.
Result<void> beat(Connection& connection, std::string_view table, Time deadline);

/// How old the row of the source `server_id` is, by this server's clock; in whole seconds, not below zero. Nothing:
/// there is no such row. Needs SELECT on the table.
/// The two hosts' clocks are compared: by as much as they differ the answer is wrong.
Result<std::optional<std::chrono::seconds>> beat_age(Connection& connection, std::string_view table,
                                                     std::uint32_t server_id, Time deadline);

}  // namespace mmm::net::mysql
