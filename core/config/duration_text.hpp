#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mmm::config {

/// Reads a whole number and its unit: "500ms", "10s", "5m", "1h", "1d".
/// Errors: Code::invalid; the message is the remedy where the meaning is clear (`write "10s"`), else the form expected.
Result<Duration> parse_duration(std::string_view text);

/// The shortest such text, in the largest unit that gives a whole number: 90s, 2m, 0s.
std::string duration_text(Duration duration);

}  // namespace mmm::config
