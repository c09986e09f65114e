#pragma once

#include <string>

#include "net/mysql/observe.hpp"

namespace mmm::net::mysql {

/// All transactions that a server has or was sent, as far as it can prove that.
struct History {
    std::string set;        ///< as GtidSet reads it
    std::string problem;    ///< why it isn't known, with the remedy; empty: it is, and an empty set is a new server
    std::string applied{};  ///< the set without what was only received
    bool operator==(const History&) const = default;
};

/// MariaDB: gtid_binlog_state with what was received; that of MySQL is gtid_executed with what was received.
/// What was applied and left no trace there (no log_slave_updates, RESET MASTER, a clone made without its source's
/// gtid_binlog_state) makes it unknown.
History history_of(const ServerView& view);

/// MySQL with gtid_mode other than ON, with the remedy; empty: the server has GTIDs.
std::string why_no_gtids(const Server& server, const std::string& gtid_mode);

}  // namespace mmm::net::mysql
