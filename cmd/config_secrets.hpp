#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"
#include "core/config/config.hpp"

namespace mmm {

/// The three database users of a host, by the first word of their keys.
inline std::array<std::pair<std::string_view, const config::Account*>, 3> accounts_of(const config::Host& host) {
    return {{{"agent", &host.agent}, {"monitor", &host.monitor}, {"replication", &host.replication}}};
}

/// `path` as seen from the folder of the configuration file: absolute ones stay as they are.
std::string beside(const std::string& config_path, const std::string& path);
/// The same from the root on, so that it can be read again from anywhere.
std::string absolute_beside(const std::string& config_path, const std::string& path);

/// A file that isn't here, or not for us to read, says nothing about the configuration: the program that needs it may
/// run on another machine or as another user.
bool is_for_others(const Error& error);

/// Fills in the passwords that the monitor needs, from password files and the service manager's credentials.
/// Errors: a file or credential can't be read or may be read by others; names the host, the key and the remedy.
Result<void> read_monitor_secrets(config::Config& config, const std::string& config_path);

/// The same for the agent on `self`: its own user's password, and those of all hosts' replication users.
Result<void> read_agent_secrets(config::Config& config, const std::string& config_path, const HostName& self);

}  // namespace mmm
