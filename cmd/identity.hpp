#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"

namespace mmm {

/// Which host of the configuration this machine is: `this_option` (from --this) if given, else the file's `this`,
/// else the one host whose ip is among the machine's `local` addresses.
/// Errors: Code::not_found (no such host, or no ip matches; says what was compared), Code::invalid (several match).
Result<HostName> who_am_i(const config::Config& config, const std::vector<Address>& local,
                          const std::string& this_option);

}  // namespace mmm
