#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/config/config.hpp"

namespace mmm {

/// The addresses from which this cluster's own programs may come: strangers never take their places.
std::set<Address> trusted_addresses(const config::Config& config);

/// Where programs of MMM 2.2 are, which speak plain text although others don't: those of version1_peers that are among
/// `names` (hosts, and `monitor`).
std::set<Address> plain_addresses(const config::Config& config, const std::vector<std::string>& names);

}  // namespace mmm
