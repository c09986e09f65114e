#pragma once

namespace mmm {

/// How much a log line matters; numerically the syslog severities that the journal knows.
enum class LogLevel { error = 3, warning = 4, info = 6, debug = 7 };

}  // namespace mmm
