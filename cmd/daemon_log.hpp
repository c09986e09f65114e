#pragma once

#include <string>

#include "core/base/result.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// The log file of a background process on a machine without a system log.
std::string log_file_path(const std::string& name);

/// Where a background process called `name` logs to: the machine's system log, or, where there is none,
/// log_file_path(), made with mode 0640. Errors: neither can be written.
Result<net::LogOptions> open_background_log(const std::string& name);

}  // namespace mmm
