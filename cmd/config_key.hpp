#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"

namespace mmm {

/// The keys in a key file. Errors: Code::not_found, Code::permission (others may read it: with the chmod to run; or we
/// may not), Code::invalid (what is in it isn't a key, with the line), Code::io. No message holds any part of a key.
Result<std::vector<ClusterKey>> read_key_file(const std::string& path);

/// Reads the cluster's keys from `[security] key_file`, if there is one, into `config`, and makes its path absolute, so
/// that it can be read again from anywhere. On errors `config` stays as it was.
/// Errors: as read_key_file(), naming the key of the configuration and the remedy.
Result<void> read_cluster_keys(config::Config& config, const std::string& config_path);

}  // namespace mmm
