#include "net/host/log.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <limits>

#include "net/host/boot_clock.hpp"
#include "net/host/log_escape.hpp"
#include "net/host/syslog.hpp"

namespace mmm::net {

std::optional<LogLevel> log_level_from(std::string_view name) {
    if (name == "error") return LogLevel::error;
    if (name == "warning") return LogLevel::warning;
    if (name == "info") return LogLevel::info;
    if (name == "debug") return LogLevel::debug;
    return std::nullopt;
}

LogForm detect_log_form(int descriptor) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || ::fstat(descriptor, &status) != 0) return LogForm::text;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream ? LogForm::journal : LogForm::text;
}

Logger::Logger(const LogOptions& options)
    : options_(options),
      output_(options.descriptor),
      // A busy moment has more different lines than are watched: those are held back by their message, if at all.
      identical_(options.most_identical, std::numeric_limits<unsigned>::max()),
      same_message_(options.most_of_a_message, options.most_of_a_message) {}

void Logger::log(LogLevel level, std::string_view message, std::vector<LogField> fields) {
    if (!writes(level)) return;
    write_sums();
    // Shortened here already: what is held back until the sum is due must stay small.
    for (auto& field : fields) field.value = shorten(field.value, kMostValueBytes);
    const LogRecord record{level, shorten(message, kMostMessageBytes), std::move(fields)};
    std::string kind = record.message;
    for (const auto& field : record.fields) kind += '\n' + field.key + '=' + field.value;
    const Time now = boot_now();
    if (!identical_.admit(kind, record, now) || !same_message_.admit(record.message, record, now)) return;
    write(record);
}

void Logger::error(std::string_view message, std::vector<LogField> fields) {
    log(LogLevel::error, message, std::move(fields));
}

void Logger::warning(std::string_view message, std::vector<LogField> fields) {
    log(LogLevel::warning, message, std::move(fields));
}

void Logger::info(std::string_view message, std::vector<LogField> fields) {
    log(LogLevel::info, message, std::move(fields));
}

void Logger::debug(std::string_view message, std::vector<LogField> fields) {
    log(LogLevel::debug, message, std::move(fields));
}

void Logger::write_sums() {
    const Time now = boot_now();
    for (const auto& sum : identical_.sums(now, true)) write(sum);
    for (const auto& sum : same_message_.sums(now, false)) write(sum);
}

void Logger::write(const LogRecord& record) {
    const auto time = std::chrono::system_clock::now();
    if (lost_ > 0) {
        const LogRecord loss{
            LogLevel::warning, "log lines were lost: nobody read them fast enough", {{"lines", std::to_string(lost_)}}};
        if (!put(loss, time)) {
            ++lost_;
            return;
        }
        lost_ = 0;
    }
    if (!put(record, time)) ++lost_;
}

bool Logger::put(const LogRecord& record, std::chrono::system_clock::time_point time) const {
    if (options_.syslog) return options_.syslog->write(render(record, LogForm::journal, time));
    return output_.write(render(record, options_.form, time));
}

}  // namespace mmm::net
