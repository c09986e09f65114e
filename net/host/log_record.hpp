#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/model/log_level.hpp"

namespace mmm::net {

/// How log lines look.
enum class LogForm {
    text,     ///< 2026-11-22 12:43:16.123 INFO  writer moved from=db1 to=db2  (local time)
    journal,  ///< <6>writer moved from=db1 to=db2  (syslog's priority; the journal adds the time)
    json,     ///< {"time":"2026-11-22T11:43:16.123Z","level":"info","message":"writer moved","from":"db1","to":"db2"}
};

/// A key (letters, digits, '_'; not time, level or message) and its value.
struct LogField {
    std::string key;
    std::string value;

    bool operator==(const LogField&) const = default;
};

struct LogRecord {
    LogLevel level = LogLevel::info;
    std::string message;
    std::vector<LogField> fields;
};

/// Longer messages and values are cut.
constexpr std::size_t kMostMessageBytes = 1024;
constexpr std::size_t kMostValueBytes = 512;

/// No line is longer than this with its end: what a pipe takes in one piece (PIPE_BUF). Fields that don't fit are
/// left out; the line then ends with the field truncated=true.
constexpr std::size_t kMostLineBytes = 4096;

/// `record` as one line with its newline. Control characters, invalid UTF-8 and the like are escaped (\n, \x1b; in JSON
/// \u001b, and U+FFFD for what isn't UTF-8).
std::string render(const LogRecord& record, LogForm form, std::chrono::system_clock::time_point time);

}  // namespace mmm::net
