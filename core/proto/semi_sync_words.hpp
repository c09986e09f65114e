#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/semi_sync.hpp"

namespace mmm::proto {

/// As one value of a STATUS: nine numbers, "enabled active after_sync clients needed waiting oldest_ms timeout_ms
/// acknowledges", the yes-or-no ones as 1 and 0.
std::string semi_sync_text(const SemiSync& semi_sync);
std::optional<SemiSync> parse_semi_sync(std::string_view text);

}  // namespace mmm::proto
