#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/check.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/replication_status.hpp"

namespace mmm::net::mysql {

/// The settings that replication rests on, for whoever judges whether servers fit together. No rights needed.
Result<ServerSettings> read_settings(Connection& connection, const ReplicationStatus& status, Time deadline);

}  // namespace mmm::net::mysql
