#pragma once

#include <set>
#include <vector>

#include "cmd/config_facts.hpp"

namespace mmm {

/// Whose support a holder needs.
struct Votes {
    std::set<HostName> voters;
    std::size_t needed = 0;       ///< more than half
    std::size_t may_be_away = 0;  ///< 0: the outage of any of them stops writes
};
Votes votes_of(const config::Config& config);

/// The times that result from leases, and what outages of voters mean. `noticed`: how long noticing a host's failure
/// takes at most. Precondition: no faults.
std::vector<Fact> lease_facts(const config::Config& config, Duration noticed);

}  // namespace mmm
