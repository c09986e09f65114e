#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// A source that has fallen back to asynchronous replication, and one whose commits wait.
void warn_of_semi_sync(const HostName& name, const HostRecord& host, std::vector<std::string>& all);

nlohmann::json semi_sync_json(const SemiSync& semi_sync);

/// For people, of the writer: how it replicates and what that proves; empty where semi-synchronous replication is off.
std::string semi_sync_line(const State& state);

}  // namespace mmm::monitor
