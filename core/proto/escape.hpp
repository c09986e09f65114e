#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm::proto {

/// `text` as it may stand in a field: `%`, `|`, control characters and bytes that aren't UTF-8 become `%XX`.
std::string escape(std::string_view text);

/// The reverse of escape(); restores any bytes. Errors: Code::invalid for a `%` without two hexadecimal digits.
Result<std::string> unescape(std::string_view field);

}  // namespace mmm::proto
