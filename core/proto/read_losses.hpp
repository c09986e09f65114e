#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/proto/message.hpp"

namespace mmm::proto {

inline constexpr std::string_view kLosses = "LOSSES";

/// More transactions than this aren't told one by one.
inline constexpr std::size_t kMostLost = 500;
/// Nor more bytes than these, as escaped for the wire.
inline constexpr std::size_t kMostLostBytes = 40 * 1024;
/// A statement is cut after so many bytes.
inline constexpr std::size_t kMaxStatement = 300;

/// Rows of one table that a transaction changed, in so many events of the binary log, each of one row or more.
struct RowChange {
    std::string kind;   ///< insert, update or delete
    std::string table;  ///< database.table
    std::uint64_t events = 1;
    bool operator==(const RowChange&) const = default;
};

/// One transaction, as far as the binary log tells it by SQL.
struct LostTransaction {
    std::string gtid;               ///< as the server writes it
    std::string place;              ///< mysql-bin.000003:1234, where it begins
    std::vector<RowChange> rows{};  ///< a table and a kind once
    std::vector<std::string> statements{};
    std::uint64_t hidden = 0;  ///< statements that may hold a secret: they are never told
    bool operator==(const LostTransaction&) const = default;
};

/// What an agent read of the transactions that Order::losses named, in its server's own binary log.
struct ReadLosses {
    std::string of;  ///< Order::losses
    std::vector<LostTransaction> transactions{};
    std::string problem{};  ///< what couldn't be read, and why; empty: all of them are there
    bool operator==(const ReadLosses&) const = default;
};

/// The line by which the agent of `host` tells them. What doesn't fit is left out, and `problem` says so.
std::string encode_losses(const HostName& host, ReadLosses losses);

/// Errors: Code::invalid, naming the key that is missing, double or wrong. Unknown keys are skipped.
Result<ReadLosses> decode_losses(const Message& message);

}  // namespace mmm::proto
