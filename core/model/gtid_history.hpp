#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.hpp"

namespace mmm {

/// What is in a MariaDB server's binary log, as gtid_binlog_state says it: the last transaction of each server in each
/// domain, "0-1-64,0-2-112". Unlike a position it shows who wrote what, so two histories can be compared.
class GtidHistory {
  public:
    /// Reads what the server shows. Errors: Code::invalid with the part that isn't a GTID.
    static Result<GtidHistory> parse(std::string_view text);

    [[nodiscard]] bool empty() const { return last_.empty(); }
    /// What of this history `other` lacks, as GTIDs of the last transactions; empty: nothing. Transactions of server
    /// `except` don't count: `other` is its own history and may have been read earlier than this one.
    [[nodiscard]] std::string beyond(const GtidHistory& other, std::uint32_t except) const;

    /// What one server wrote of it.
    [[nodiscard]] GtidHistory of(std::uint32_t server) const;

    bool operator==(const GtidHistory&) const = default;

  private:
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> last_;  ///< by domain and server
};

}  // namespace mmm
