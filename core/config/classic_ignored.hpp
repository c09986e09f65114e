#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/finding.hpp"

namespace mmm::config {

/// Keys and sections that MMM's backup tools and its forks know, and that have no effect here: taken without a fault,
/// and told about once for each kind, not once for each host.
class ClassicIgnored {
  public:
    /// True, and noted, when `key` is one of them; `kind` is that of its section, empty outside of all.
    bool take_key(std::string_view key, std::string_view kind, const Location& at);
    /// The same for a section.
    bool take_section(std::string_view kind, std::string_view name, const Location& at);
    /// One doubt for each kind that was met.
    [[nodiscard]] std::vector<Finding> findings() const;

  private:
    struct Seen {
        Location first;
        std::vector<std::string> names;
    };
    void note(std::size_t group, std::string name, const Location& at);

    std::map<std::size_t, Seen> seen_;
};

/// The names of all such keys that are no mere patterns, for sections of `kind`.
std::vector<std::string> ignored_keys(std::string_view kind);

}  // namespace mmm::config
