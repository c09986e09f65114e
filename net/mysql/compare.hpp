#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// What a server may have that its source lacks.
struct Permitted {
    /// Nobody replicates from it, so what it wrote itself stays its own.
    bool own = false;
    /// It has channels beside this cluster's: what the source has no trace of (a domain, a server's UUID) is theirs.
    bool other_channels = false;
};

/// What the server has and `source` lacks, for people; empty: nothing that is known. To be asked before the server is
/// pointed at that source, which must not be the one that writes less than it. Its own state is read first: a source
/// that goes on writing meanwhile has only more.
/// MariaDB: by gtid_binlog_state, for each server in each domain, and by the sequence of each domain where nothing is
/// logged that was applied. MySQL: gtid_executed.
/// Errors: of connecting and asking; nothing is known then.
Result<std::string> beyond_source(Connection& here, const Endpoint& source, Permitted permitted, Time deadline);

// The rules, apart from the servers.

/// How a server tells what it has; select_history().
struct ToldGtids {
    std::string history;
    std::string applied{};   ///< MariaDB
    std::string position{};  ///< MariaDB
    std::uint32_t server_id = 0;
    std::string server_uuid{};  ///< MySQL
};
/// Errors: Code::invalid for what isn't a set of GTIDs.
Result<std::string> beyond(const ToldGtids& here, const ToldGtids& source, Permitted permitted);

}  // namespace mmm::net::mysql
