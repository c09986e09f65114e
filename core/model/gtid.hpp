#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace mmm {

/// Whose transactions are numbered together. MariaDB: a server in a domain. MySQL: a server's UUID, and a tag if its
/// clients give one.
struct GtidOrigin {
    std::uint32_t domain = 0;
    std::uint32_t server = 0;
    std::string uuid{};  ///< lower case; empty: MariaDB's
    std::string tag{};
    auto operator<=>(const GtidOrigin&) const = default;
};

/// A set of transactions: what a server has, was sent, or lacks, in either dialect.
///
/// MariaDB shows only the last number of each server in a domain ("0-1-64,0-2-112", gtid_binlog_state), and the servers
/// of a domain share its numbers: of server 1 the set holds 0-1-1 to 0-1-64, as if all of these existed. That is right
/// for comparing what two servers have, and an upper bound where transactions are counted. A position ("0-1-5",
/// gtid_slave_pos) stands for all that came before it in its domain, whoever wrote it: see missing().
class GtidSet {
  public:
    /// Of one origin, both ends included; numbers begin at 1.
    struct Interval {
        std::uint64_t first = 1;
        std::uint64_t last = 1;
        bool operator==(const Interval&) const = default;
    };
    /// Ascending, neither overlapping nor touching.
    using Intervals = std::vector<Interval>;

    /// More than this many bytes aren't read.
    static constexpr std::size_t kMaxText = 1024 * 1024;

    /// Reads what a server shows, or what text() made; empty text is the empty set, blanks and line breaks between
    /// parts are ignored.
    /// Errors: Code::invalid with the part that is wrong, or for more than kMaxText.
    static Result<GtidSet> parse(std::string_view text);

    [[nodiscard]] bool empty() const { return intervals_.empty(); }
    [[nodiscard]] const std::map<GtidOrigin, Intervals>& intervals() const { return intervals_; }
    /// Has it anything of that domain (MariaDB), of that server's UUID (MySQL)?
    [[nodiscard]] bool knows(const GtidOrigin& origin) const;
    /// How many transactions; 2^64-1 stands for more than fit. An upper bound on MariaDB.
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] bool contains(const GtidSet& other) const;
    [[nodiscard]] GtidSet united(const GtidSet& other) const;
    /// What isn't in `other`.
    [[nodiscard]] GtidSet without(const GtidSet& other) const;
    /// What that server didn't write itself; a number of 0 and an empty UUID are nobody's.
    [[nodiscard]] GtidSet without_server(std::uint32_t server, std::string_view uuid) const;

    /// What comes from origins that `keep` says yes to.
    template <class Keep>
    [[nodiscard]] GtidSet of_origins(Keep keep) const {
        GtidSet result = *this;
        std::erase_if(result.intervals_, [&](const auto& entry) { return !keep(entry.first); });
        return result;
    }

    /// In the servers' words, origins in ascending order: "0-1-64,0-2-112"; "UUID:1-5:7:tag:1-3,UUID:9". What has no
    /// words there, a MariaDB set that doesn't begin at 1, is written "0-1-60..64".
    [[nodiscard]] std::string text() const;
    /// The same with both ends of each of MariaDB's intervals, "0-1-1..64": for lists of what is lacking, where
    /// "0-1-64" would be taken for one transaction. parse() reads it.
    [[nodiscard]] std::string ranges() const;
    /// For people: each transaction or row of them by its name, "0-1-63, 0-2-5 to 0-2-9", at most `most` such parts and
    /// how many are left out.
    [[nodiscard]] std::string listed(std::size_t most) const;

    bool operator==(const GtidSet&) const = default;

  private:
    friend class GtidReader;
    friend GtidSet rest(const GtidSet& have, const GtidSet& wanted);
    [[nodiscard]] std::string written(bool both_ends) const;
    /// Puts what was gathered in any order into the form of Intervals.
    void tidy();

    std::map<GtidOrigin, Intervals> intervals_;
};

/// True if whoever is at position `have` has all that led to `wanted`. MariaDB: in each of its domains the number is
/// reached, whoever wrote it; so only positions of one history can be compared: two servers that diverged may well show
/// the same numbers. MySQL: contains().
bool covers(const GtidSet& have, const GtidSet& wanted);

/// The transactions that led to position `wanted` and that `have` doesn't cover; empty if covers(). MariaDB: of each
/// domain all numbers beyond the one reached, in the name of the server that wrote the last of them.
GtidSet rest(const GtidSet& have, const GtidSet& wanted);

/// The part of position `wanted` that `have` doesn't cover, as text; empty if covers().
std::string missing(const GtidSet& have, const GtidSet& wanted);

}  // namespace mmm
