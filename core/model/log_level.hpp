#pragma once

namespace mmm {

/// How much a log line matters; the first matters most.
enum class LogLevel { error, warning, info, debug };

}  // namespace mmm
