#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/config_places.hpp"
#include "core/base/time.hpp"

namespace mmm {

/// What `mmm ctl` takes on the command line.
struct CtlOptions {
    ConfigChoice config;
    std::string monitor;  ///< HOST:PORT; empty: as the configuration says
    bool json = false;
    bool watch = false;              ///< instead of a command: look again and again
    Duration interval{1000};         ///< of watch
    std::vector<std::string> words;  ///< the command for the monitor, with underscores
};

/// What came of the command line: options to go on with, or the exit status to end with at once.
struct ParsedCtlOptions {
    std::optional<CtlOptions> options;
    int exit = 0;
};

/// Reads the arguments; prints help or what is wrong.
ParsedCtlOptions parse_ctl_options(std::vector<std::string> arguments);

}  // namespace mmm
