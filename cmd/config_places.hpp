#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/finding.hpp"
#include "core/config/purpose.hpp"

namespace mmm {

/// Which configuration is meant, as said on the command line. At most one of the two is set.
struct ConfigChoice {
    std::string path;     ///< --config FILE
    std::string cluster;  ///< @NAME
};

/// Takes the `@NAME` out of the arguments of a command line, if there is one; without one the name is empty.
/// Errors: Code::invalid: a name that could not be part of a file's name, or two of them.
Result<std::string> take_cluster(std::vector<std::string>& arguments);

/// Where the configuration is looked for when no file is named, the first that exists counts: our own file, then the
/// classic ones in their three folders. `cluster` may be empty. `root` is put before each: empty but in tests.
std::vector<std::string> config_places(config::Purpose purpose, const std::string& cluster,
                                       const std::string& root = "");

/// A configuration file that exists (or that at least can't be said not to).
struct FoundConfig {
    std::string path;
    std::optional<config::Finding> doubt;  ///< another file exists, which is not read
};

/// The file to read. A named one may lack its `.conf`, and a bare name is also looked for in the classic folders; a
/// named one that isn't found is given back as it is, for whoever reads it to complain.
/// Errors: Code::not_found with all places that were looked at; Code::invalid: both a file and a cluster are named.
Result<FoundConfig> find_config(const ConfigChoice& choice, config::Purpose purpose, const std::string& root = "");

}  // namespace mmm
