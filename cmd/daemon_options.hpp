#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/log_level.hpp"
#include "net/host/log_record.hpp"

namespace mmm {

/// What `mmm monitor` and `mmm agent` take on the command line.
struct DaemonOptions {
    std::string config_path;
    std::string self;  ///< agent's --this
    net::LogForm log_form = net::LogForm::text;
    LogLevel log_level = LogLevel::info;
};

/// What came of the command line: options to go on with, or the exit status to end with at once.
struct ParsedOptions {
    std::optional<DaemonOptions> options;
    int exit = 0;
};

/// Reads the arguments of daemon `program` ("monitor" or "agent"); prints help or what is wrong.
ParsedOptions parse_daemon_options(const std::string& program, std::vector<std::string> arguments);

}  // namespace mmm
