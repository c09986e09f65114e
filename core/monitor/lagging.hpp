#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Does `host` serve `role` although it is REPLICATION_DELAY? A balanced role keeps `minimum` hosts in service: where
/// fewer are ONLINE, those that lag least fill the places. One that holds a slot of the role gives way only to another
/// that is less than half as far behind: the delays of hosts in trouble change all the time, and a move each time would
/// help nobody. How far a host is behind may be unknown: then it comes last.
bool serves_though_lagging(const Config& config, const State& state, const HostName& host, const RoleName& role,
                           Time now);

/// For `show`: hosts that have roles although they lag.
void warn_of_lagging(const State& state, std::vector<std::string>& all);

}  // namespace mmm::monitor
