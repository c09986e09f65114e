#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/monitor/change.hpp"

namespace mmm::monitor {

/// One of a set's texts is cut to so many bytes, at a comma: with "..." behind it.
inline constexpr std::size_t kMostSetBytes = 4096;

/// failover, planned, given_up, resumed, self_regrant, first or found.
std::string_view word(ChangeKind kind);

/// accept_loss, take_late, taken, given_up or rebuilt.
std::string_view word(LateDecision::What what);

/// 2026-11-22T12:43:16Z
std::string utc_text(std::chrono::seconds since_epoch);

/// A record as a JSON object; the same in the journal and for `history --json` (docs/wire.md).
std::string change_json(const WriterChange& change);

/// The same for a decision.
std::string decision_json(const LateDecision& decision);

/// A line of the journal, without its end: a JSON object whose `entry` is "change", "under_way", "account" or
/// "decision".
std::string entry_line(const JournalEntry& entry);
/// Reads such a line. Unknown keys are skipped. Errors: Code::invalid with what is wrong.
Result<JournalEntry> parse_entry(std::string_view line);

}  // namespace mmm::monitor
