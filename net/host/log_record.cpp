#include "net/host/log_record.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

#include "net/host/log_escape.hpp"

namespace mmm::net {

namespace {

using Moment = std::chrono::system_clock::time_point;

/// "2026-11-22 12:43:16" by the given rule, then ".123".
std::string time_text(Moment time, bool utc, const char* format) {
    const auto since = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since - seconds).count();
    const std::time_t moment = static_cast<std::time_t>(seconds.count());
    std::tm parts{};
    if (utc)
        gmtime_r(&moment, &parts);
    else
        localtime_r(&moment, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), format, &parts);
    return fmt::format("{}.{:03}", std::string_view(text.data(), size), ms);
}

const char* json_name(LogLevel level) {
    constexpr std::array<const char*, 4> kNames{"error", "warning", "info", "debug"};
    return kNames.at(static_cast<std::size_t>(level));
}

/// What a line begins with; the message follows.
std::string prefix(const LogRecord& record, LogForm form, Moment time) {
    const auto level = static_cast<std::size_t>(record.level);
    constexpr std::array<const char*, 4> kNames{"ERROR", "WARN ", "INFO ", "DEBUG"};
    constexpr std::array<int, 4> kSyslogPriorities{3, 4, 6, 7};
    if (form == LogForm::journal) return fmt::format("<{}>", kSyslogPriorities.at(level));
    return fmt::format("{} {} ", time_text(time, false, "%Y-%m-%d %H:%M:%S"), kNames.at(level));
}

std::string render_whole(const LogRecord& record, LogForm form, Moment time) {
    const std::string message = shorten(record.message, kMostMessageBytes);
    std::string line;
    if (form == LogForm::json) {
        line = fmt::format(R"({{"time":"{}Z","level":"{}","message":{})", time_text(time, true, "%Y-%m-%dT%H:%M:%S"),
                           json_name(record.level), quote_json(message));
        for (const auto& field : record.fields)
            line += "," + quote_json(field.key) + ":" + quote_json(shorten(field.value, kMostValueBytes));
        return line + "}\n";
    }
    line = prefix(record, form, time) + escape_text(message);
    for (const auto& field : record.fields)
        line += " " + escape_text(field.key) + "=" + quote_text(shorten(field.value, kMostValueBytes));
    return line + "\n";
}

}  // namespace

std::string render(const LogRecord& record, LogForm form, Moment time) {
    std::string line = render_whole(record, form, time);
    LogRecord shorter = record;
    // Escaping can make a text six times as long: a message of control characters may not fit even alone.
    while (line.size() > kMostLineBytes) {
        const bool marked = !shorter.fields.empty() && shorter.fields.back() == LogField{"truncated", "true"};
        if (marked) shorter.fields.pop_back();
        if (!shorter.fields.empty())
            shorter.fields.pop_back();
        else
            shorter.message = shorten(shorter.message, kMostMessageBytes / 2);
        shorter.fields.push_back({"truncated", "true"});
        line = render_whole(shorter, form, time);
    }
    return line;
}

}  // namespace mmm::net
