#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>

#include "core/model/address.hpp"

namespace mmm {

using RoleName = std::string;

enum class RoleMode { exclusive, balanced };

/// One address of one role: the unit that is assigned to a host.
struct Slot {
    RoleName role;
    Address ip;

    /// The classic notation, `writer(192.168.10.128)`.
    [[nodiscard]] std::string text() const { return role + "(" + ip.text() + ")"; }
    auto operator<=>(const Slot&) const = default;
};

using Slots = std::set<Slot>;

/// Counts the assignments of one slot; every grant has a higher one than all before it. 0: never granted.
using Epoch = std::uint64_t;

}  // namespace mmm
