#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/loaded.hpp"
#include "core/config/purpose.hpp"

namespace mmm {

/// A configuration file as found: what it says, where, and all faults and doubts in the order of the file.
struct ConfigFile {
    config::Config config;
    config::Where where;
    std::vector<config::Finding> findings;
    /// Whose needs were checked. TOML: always any, as one file serves all programs.
    config::Purpose purpose = config::Purpose::any;
    std::vector<std::string> paths;  ///< of all files that it is made of, the named one first
};

/// Reads and validates `path`, at most 1 MiB, in either format, with what it includes. A classic file is checked for
/// the program of `purpose`; for `any` it is found out whose file it is. A file that others may change, or that holds a
/// password and that others may read, is a fault, with the chmod to run; so is such a password file. What MMM 2.2
/// would have started with (a classic file that its group may change) is a doubt. Password files are
/// not read, and those that aren't there are no fault: on another machine they can't be. The same holds for
/// certificates and the key file, but those that are there must be usable.
/// Errors: the file itself can't be read, with the remedy.
Result<ConfigFile> read_config(const std::string& path, config::Purpose purpose = config::Purpose::any);

/// A configuration to start with.
struct LoadedConfig {
    config::Config config;
    std::vector<config::Finding> doubts;  ///< for the log
};

/// The same for starting a program. Errors: as read_config(), and Code::invalid for faults: the message has a line for
/// each, and how many there are.
Result<LoadedConfig> load_config(const std::string& path, config::Purpose purpose = config::Purpose::any);

}  // namespace mmm
