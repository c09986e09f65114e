#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// Ends the sessions that this connection gave up with a statement under way (Connection::abandoned()), and returns
/// once the server's process list has none of them: what they still did is done, and they do nothing more. Without this
/// a cancelled read_only=0 may come after the read_only=1 that was meant to follow it.
/// Needs no right: the sessions are of the same user; another user's session with such a number (the server was
/// restarted) is left alone. Errors: Code::timeout, naming a session that is still there at the deadline.
Result<void> end_abandoned(Connection& connection, Time deadline);

}  // namespace mmm::net::mysql
