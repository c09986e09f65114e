#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/config_places.hpp"
#include "core/config/purpose.hpp"
#include "core/model/log_level.hpp"
#include "net/host/log_record.hpp"

namespace mmm {

/// A daemon, by one of its names.
struct DaemonProgram {
    const char* name;  ///< for help and messages
    config::Purpose purpose;
    /// Called by the name of one of MMM's original programs: it goes to the background, as that does.
    bool original;
};

inline constexpr DaemonProgram kMonitor{"mmm monitor", config::Purpose::monitor, false};
inline constexpr DaemonProgram kAgent{"mmm agent", config::Purpose::agent, false};
inline constexpr DaemonProgram kOriginalMonitor{"mmm_mond", config::Purpose::monitor, true};
inline constexpr DaemonProgram kOriginalAgent{"mmm_agentd", config::Purpose::agent, true};

/// What a daemon takes on the command line.
struct DaemonOptions {
    ConfigChoice config;
    std::string self;  ///< agent's --this
    std::string user;  ///< --user; empty: the service's own, if there is one
    net::LogForm log_form = net::LogForm::text;
    LogLevel log_level = LogLevel::info;
};

/// What came of the command line: options to go on with, or the exit status to end with at once.
struct ParsedOptions {
    std::optional<DaemonOptions> options;
    int exit = 0;
};

/// Reads the arguments of a daemon; prints help or what is wrong.
ParsedOptions parse_daemon_options(const DaemonProgram& program, std::vector<std::string> arguments);

}  // namespace mmm
