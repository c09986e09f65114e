#pragma once

#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "core/config/format.hpp"

namespace mmm::config {

// How messages write things: in the form of the file that they are about, so that they can be typed as they stand.

/// The title of the section at `path`: "host.db1" is `[host.db1]` or `<host db1>`, "defaults.host" is
/// `[defaults.host]` or `<host default>`.
std::string section_text(Format format, std::string_view path);

/// A line that sets `key`: `peer = "db2"`, or in quotes `"peer db2"`.
std::string setting_text(Format format, std::string_view key, std::string_view value);

/// The same for a list of `element` and more: `hosts = ["NAME", ...]`, or `"hosts NAME, ..."`.
std::string list_setting_text(Format format, std::string_view key, std::string_view element);

/// A time as it is written: `90s`, or the number of seconds alone, `0.5`.
std::string time_text(Format format, Duration time);

}  // namespace mmm::config
