#include "core/config/spelling.hpp"

#include <fmt/format.h>

#include "core/config/duration_text.hpp"

namespace mmm::config {

std::string section_text(Format format, std::string_view path) {
    if (format == Format::toml) return fmt::format("[{}]", path);
    if (path == "defaults.host") return "<host default>";
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) return fmt::format("<{}>", path);
    return fmt::format("<{} {}>", path.substr(0, dot), path.substr(dot + 1));
}

std::string setting_text(Format format, std::string_view key, std::string_view value) {
    if (format == Format::toml) return fmt::format("{} = \"{}\"", key, value);
    return fmt::format("\"{} {}\"", key, value);
}

std::string list_setting_text(Format format, std::string_view key, std::string_view element) {
    if (format == Format::toml) return fmt::format("{} = [\"{}\", ...]", key, element);
    return fmt::format("\"{} {}, ...\"", key, element);
}

std::string time_text(Format format, Duration time) {
    if (format == Format::toml) return duration_text(time);
    const auto milliseconds = time.count();
    if (milliseconds % 1000 == 0) return std::to_string(milliseconds / 1000);
    const std::string decimals = fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
    return decimals.substr(0, decimals.find_last_not_of('0') + 1);
}

}  // namespace mmm::config
