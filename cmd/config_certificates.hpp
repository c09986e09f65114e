#pragma once

#include <vector>

#include "core/config/config.hpp"
#include "core/config/finding.hpp"

namespace mmm {

/// What is wrong or doubtful with the certificate files of `[socket]` or `[security]`, each at its key's place. Files
/// that aren't here, or that we may not read, are no fault: the program that needs them may run on another machine or
/// as another user.
std::vector<config::Finding> certificate_findings(const config::Config& config, const std::string& config_path,
                                                  const config::Where& where);

}  // namespace mmm
