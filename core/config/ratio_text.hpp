#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/config/config.hpp"

namespace mmm::config {

/// Reads percent with up to four decimals, "0.1%", or millionths, "1000ppm".
/// Errors: Code::invalid; the message is the remedy.
Result<Ratio> parse_ratio(std::string_view text);

/// In percent, with no more decimals than needed: 0.1%, 2%.
std::string ratio_text(Ratio ratio);

}  // namespace mmm::config
