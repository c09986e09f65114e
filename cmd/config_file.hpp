#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/loaded.hpp"

namespace mmm {

/// A configuration file as found: what it says, where, and all faults and doubts in the order of the file.
struct ConfigFile {
    config::Config config;
    config::Where where;
    std::vector<config::Finding> findings;
};

/// Reads and validates `path`, at most 1 MiB. A file that others may change, or that holds a password and that others
/// may read, is a fault, with the chmod to run; so is such a password file. Password files are not read, and those
/// that aren't there are no fault: on another machine they can't be. Errors: it can't be read, with the remedy.
Result<ConfigFile> read_config(const std::string& path);

/// A configuration to start with.
struct LoadedConfig {
    config::Config config;
    std::vector<config::Finding> doubts;  ///< for the log
};

/// The same for starting a program. Errors: as read_config(), and Code::invalid for faults: the message has a line for
/// each, and how many there are.
Result<LoadedConfig> load_config(const std::string& path);

}  // namespace mmm
