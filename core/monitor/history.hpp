#pragma once

#include <cstddef>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// An answer has no more records than fit into this, whatever was asked for.
inline constexpr std::size_t kMostHistoryBytes = 48 * 1024;
inline constexpr std::size_t kUsualHistory = 10;

/// The last `count` changes of the writer for people, oldest first, and the one under way.
std::string history_text(const State& state, std::size_t count, Now now);
/// The same for programs: `{"records":[...],"under_way":{...}|null,"left_off":N}` (docs/wire.md).
std::string history_json(const State& state, std::size_t count);

}  // namespace mmm::monitor
