#pragma once

#include <set>

#include "core/config/config.hpp"

namespace mmm {

/// The addresses from which this cluster's own programs may come: strangers never take their places.
std::set<Address> trusted_addresses(const config::Config& config);

}  // namespace mmm
