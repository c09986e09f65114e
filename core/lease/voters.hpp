#pragma once

#include <compare>
#include <cstdint>
#include <set>

#include "core/model/host.hpp"

namespace mmm::lease {

/// Stands for a list of voters in messages (rule 22).
using VotersHash = std::uint64_t;

/// Who votes. While the list is being changed both the new and the old one count: a majority is then one of each
/// (rule 22), so that it shares a voter with every majority of either.
struct Voters {
    std::set<HostName> names;
    std::set<HostName> joint{};  ///< the old list during a change; empty otherwise
    /// Stands for what else has to be the same everywhere, the lease's length above all; part of the hash.
    std::uint64_t settings = 0;

    /// True if those who said yes are more than half of the list, of both lists during a change. One identity has one
    /// vote; names that aren't on a list don't count.
    [[nodiscard]] bool majority(const std::set<HostName>& yes) const;
    [[nodiscard]] VotersHash hash() const;
    /// May somebody who counts by the list of that hash count our vote? Ours, and during a change the old and the new
    /// list alone: whoever uses one of these shares a voter with us.
    [[nodiscard]] bool accepts(VotersHash other) const;
    /// Voters of both lists.
    [[nodiscard]] std::set<HostName> all() const;

    auto operator<=>(const Voters&) const = default;
};

}  // namespace mmm::lease
