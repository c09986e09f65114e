#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"

namespace mmm {

/// The keys in a key file. Errors: Code::not_found, Code::permission (others may read it: with the chmod to run; or we
/// may not), Code::invalid (what is in it isn't a key, with the line), Code::io. No message holds any part of a key.
Result<std::vector<ClusterKey>> read_key_file(const std::string& path);

/// Which keys a program needs.
enum class KeyUse {
    link,     ///< the cluster's, for an agent
    control,  ///< also those that may only look, for a monitor
    ask,      ///< one of both, for `mmm ctl`: who may not read the cluster's keys may yet look
};

/// Reads the keys that `[security]` names into `config`, and makes its paths absolute, so that they can be read again
/// from anywhere. On errors `config` stays as it was.
/// Errors: as read_key_file(), naming the key of the configuration and the remedy.
Result<void> read_cluster_keys(config::Config& config, const std::string& config_path, KeyUse use);

}  // namespace mmm
