#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "core/config/finding.hpp"

namespace mmm {

/// Makes `mysql_ca` of each host with mysql_tls verify a path from the root on that holds certificates: the one that is
/// written, or else the system's.
/// Errors: it can't be read, holds none, or the system has none where they usually are; names the host and the remedy.
Result<void> find_mysql_authorities(config::Config& config, const std::string& config_path);

/// What is wrong or doubtful with the files of `mysql_ca`, each at its key's place. Files that aren't here, or that we
/// may not read, are no fault, as for certificate_findings().
std::vector<config::Finding> mysql_ca_findings(const config::Config& config, const config::Where& where,
                                               const std::string& config_path);

}  // namespace mmm
