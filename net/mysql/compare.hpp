#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// What the server has and `source` lacks, as GTIDs; empty: nothing that is known. To be asked before the server is
/// pointed at that source, which must not be the one that writes less than it. Its own state is read first: a source
/// that goes on writing meanwhile has only more.
/// MariaDB: by gtid_binlog_state, for each server in each domain, and by the sequence of each domain where nothing is
/// logged that was applied. MySQL: gtid_executed. Where the server has channels beside this cluster's, what the source
/// has no trace of (a domain, a server's UUID) is theirs and doesn't count.
/// Errors: of connecting and asking; nothing is known then.
Result<std::string> beyond_source(Connection& here, const Endpoint& source, bool other_channels, Time deadline);

// The rules, apart from the servers.

/// How one MariaDB server tells what it has.
struct History {
    std::string history;   ///< gtid_binlog_state
    std::string applied;   ///< gtid_slave_pos
    std::string position;  ///< gtid_current_pos
    std::uint32_t server_id = 0;
};
/// Errors: Code::invalid for what isn't a position.
Result<std::string> beyond(const History& here, const History& source, bool other_channels);
/// Of a MySQL set the parts whose server's UUID is in `known`.
std::string of_known_servers(std::string_view set, std::string_view known);

}  // namespace mmm::net::mysql
