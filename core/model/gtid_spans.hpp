#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"

namespace mmm {

/// The transactions that a position stands for, as spans of numbers by origin: a MariaDB position "0-1-5" has all of
/// its domain up to 5, a MySQL set "uuid:1-5:7" has what it says. For counting, comparing and listing; like positions,
/// it can't tell histories apart that diverged.
class GtidSpans {
  public:
    /// Reads either server's text; blanks are ignored. Errors: Code::invalid with the part that isn't a GTID.
    static Result<GtidSpans> parse(std::string_view text);

    [[nodiscard]] bool empty() const { return origins_.empty(); }
    [[nodiscard]] std::uint64_t count() const;
    void add(const GtidSpans& other);
    [[nodiscard]] GtidSpans without(const GtidSpans& other) const;
    /// "0-1-101..150", or as MySQL writes sets. In MariaDB's the server is that of the last transaction.
    [[nodiscard]] std::string text() const;

  private:
    using Span = std::pair<std::uint64_t, std::uint64_t>;  ///< first and last
    struct Origin {
        std::string name;         ///< as it is written before the numbers
        std::vector<Span> spans;  ///< in order, apart from each other
    };
    void put(const std::string& key, const std::string& name, Span span);

    bool mariadb_ = false;
    std::map<std::string, Origin> origins_;  ///< by MariaDB's domain, by MySQL's uuid and tag
};

}  // namespace mmm
