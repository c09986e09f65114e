#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/clients.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

struct EndClientsOptions {
    Duration grace{0};                  ///< how long running statements may go on
    std::set<std::string> spare_users;  ///< the agent's, the monitor's and the replication user
    std::set<std::uint64_t> spare_ids;  ///< further sessions of ours
};

struct EndedClients {
    std::vector<Client> ended;   ///< killed here
    std::vector<Client> spared;  ///< MySQL: of users with SYSTEM_USER, which our user lacks; super_read_only stops them
    std::vector<Client> remaining;  ///< still there at the deadline, or waiting for an acknowledgement
};

/// Ends the sessions of clients that are there now: idle ones at once, running statements after `grace`. Waits until
/// they are gone, up to the deadline. Those that wait for an acknowledgement are never killed: their transaction would
/// be committed on this server alone. Needs PROCESS and CONNECTION ADMIN (MySQL: CONNECTION_ADMIN, and SYSTEM_USER for
/// the sessions of users who have that right).
Result<EndedClients> end_clients(Connection& connection, const EndClientsOptions& options, Time deadline);

}  // namespace mmm::net::mysql
