#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/clients.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// Does `host`, as the process list shows it ("192.168.10.1:4711", "localhost"), match an account's host pattern, with
/// `%` and `_`? Case doesn't matter. An empty pattern matches everything.
bool matches_account(std::string_view host, std::string_view pattern);

/// The sessions whose user may write although the server is read-only: on MariaDB those with READ_ONLY ADMIN (so also
/// ALL PRIVILEGES), but for `spare_users`. On MySQL none: super_read_only stops everybody.
/// Errors: Code::permission without PROCESS, or without SELECT on mysql.global_priv.
Result<std::vector<Client>> privileged_sessions(Connection& connection, const std::set<std::string>& spare_users,
                                                Time deadline);

/// Ends these sessions; those that are gone already count as ended.
Result<void> end_sessions(Connection& connection, const std::vector<Client>& sessions, Time deadline);

}  // namespace mmm::net::mysql
