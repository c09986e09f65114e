#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm {

/// A position in MariaDB's replication: for each domain the last transaction, "0-1-5,1-2-7" (domain-server-sequence).
/// It stands for all that came before it in its domain, so it can be compared with positions of the same history
/// only: two servers that diverged may well show the same sequence numbers.
class GtidPosition {
  public:
    /// The last transaction of one domain.
    struct Last {
        std::uint32_t server = 0;
        std::uint64_t sequence = 0;
        bool operator==(const Last&) const = default;
    };

    /// Reads what the server shows; empty text is the empty position, blanks are ignored. Of several transactions of
    /// one domain (as gtid_binlog_state has them) the highest sequence counts.
    /// Errors: Code::invalid with the part that isn't a GTID.
    static Result<GtidPosition> parse(std::string_view text);

    [[nodiscard]] const std::map<std::uint32_t, Last>& domains() const { return domains_; }
    [[nodiscard]] bool empty() const { return domains_.empty(); }
    /// Domains in ascending order.
    [[nodiscard]] std::string text() const;

    bool operator==(const GtidPosition&) const = default;

  private:
    std::map<std::uint32_t, Last> domains_;
};

/// True if whoever is at `have` has all that led to `wanted`: in each of its domains the sequence is reached.
/// The servers' numbers don't count, see GtidPosition.
bool covers(const GtidPosition& have, const GtidPosition& wanted);

/// The part of `wanted` that `have` doesn't cover; empty if covers().
std::string missing(const GtidPosition& have, const GtidPosition& wanted);

}  // namespace mmm
