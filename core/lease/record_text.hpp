#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/lease/record.hpp"
#include "core/model/host.hpp"

namespace mmm::lease {

/// The most slots that a record on disk may have.
inline constexpr std::size_t kMostRecordSlots = 1000;

/// A voter's record as its state file has it.
struct StoredRecord {
    HostName owner;        ///< whose record it is: a host, or "monitor"; anybody else must not take it for his own
    std::string proposer;  ///< the name in the epochs that the owner proposes; a lost file means a new one
    Record record;

    bool operator==(const StoredRecord&) const = default;
};

/// Lines `owner|NAME` and `proposer|NAME`, `voters|SETTINGS|NAME NAME` if known, then one a slot,
/// `slot|writer(192.168.10.128)|PROMISED|SUPPORTED|ACCEPTED|RELINQUISHED|HIGHEST` with epochs as Epoch::text() writes
/// them, at last `settled|0` or `settled|1`, by which a whole text is told from the beginning of one. Precondition:
/// names as configuration has them, at most kMostRecordSlots slots.
std::string record_text(const StoredRecord& stored);

/// Reads exactly what record_text() writes: a line that is missing, double, out of place or of a later program is an
/// error, for a record that is half understood breaks promises. Errors: Code::invalid with the line and what is wrong.
Result<StoredRecord> parse_record(std::string_view text);

}  // namespace mmm::lease
