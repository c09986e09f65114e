#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm::lease {

/// True for what proposers, hosts and roles can be called: 1 to 64 of A-Z a-z 0-9 . _ - @
bool is_name(std::string_view text);

/// Numbers the proposals for one slot: ordered, and unique because each proposer persists a counter before it uses it
/// and puts its name behind it (rule 1). Counter 0: never.
struct Epoch {
    std::uint64_t counter = 0;
    std::string proposer{};  ///< the host that proposes, or "monitor"; two proposers never share a name

    /// True for an epoch that was ever proposed.
    explicit operator bool() const { return counter != 0; }
    /// `12.monitor`; `0` for never.
    [[nodiscard]] std::string text() const;
    /// Reads what text() writes. Errors: Code::invalid with what is wrong with the text.
    static Result<Epoch> parse(std::string_view text);

    auto operator<=>(const Epoch&) const = default;
};

}  // namespace mmm::lease
