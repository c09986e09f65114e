#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/host/log_limit.hpp"
#include "net/host/log_output.hpp"
#include "net/host/log_record.hpp"

namespace mmm::net {

class Syslog;

/// Reads "error", "warning", "info" or "debug"; nothing for anything else.
std::optional<LogLevel> log_level_from(std::string_view name);

/// LogForm::journal when `descriptor` is what the service manager connected to its journal ($JOURNAL_STREAM names its
/// device and inode), else LogForm::text.
LogForm detect_log_form(int descriptor);

/// How a Logger writes.
struct LogOptions {
    LogForm form = LogForm::text;
    /// What is less important isn't written.
    LogLevel level = LogLevel::info;
    /// Where to; 2 is standard error. Not closed by the Logger.
    int descriptor = 2;
    /// When set, lines go here instead of to the descriptor, whatever the form.
    std::shared_ptr<Syslog> syslog;
    /// Lines alike in everything but their time, and lines with the same message: at most so many in LogLimit::kWindow.
    /// The rest is counted and summed up in one line with "suppressed=N" when the window is over.
    unsigned most_identical = 10;
    unsigned most_of_a_message = 200;
};

/// Writes log lines. A message is a constant text that names the event; what varies goes into fields, and neither ever
/// holds a secret. Everything is escaped, so that no control character reaches a terminal. Never blocks: when nobody
/// reads, lines are lost, and their number is logged once there is room. For the loop's thread only.
class Logger {
  public:
    explicit Logger(const LogOptions& options);

    void log(LogLevel level, std::string_view message, std::vector<LogField> fields = {});
    void error(std::string_view message, std::vector<LogField> fields = {});
    void warning(std::string_view message, std::vector<LogField> fields = {});
    void info(std::string_view message, std::vector<LogField> fields = {});
    void debug(std::string_view message, std::vector<LogField> fields = {});

    /// True if lines of this level are written; ask before collecting costly fields.
    [[nodiscard]] bool writes(LogLevel level) const { return level <= options_.level; }
    /// Writes the sums that are due; log() does it as well. Call it now and then, so that they aren't late.
    void write_sums();

  private:
    void write(const LogRecord& record);
    [[nodiscard]] bool put(const LogRecord& record, std::chrono::system_clock::time_point time) const;

    LogOptions options_;
    LogOutput output_;
    LogLimit identical_;
    LogLimit same_message_;
    unsigned long lost_ = 0;
};

}  // namespace mmm::net
