#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/role.hpp"
#include "core/proto/message.hpp"

namespace mmm::proto {

/// A thousand years: far beyond any uptime, far below what overflows.
inline constexpr Duration kMaxDuration = std::chrono::hours(24 * 366 * 1000);

/// Takes typed values out of a message. The first fault is kept and told by outcome(); what is read after it (and the
/// faulty value itself) is a default, so a codec reads all it needs and looks once.
class FieldReader {
  public:
    /// A message of another type than `type` is a fault.
    FieldReader(const Message& message, std::string_view type);

    /// Each of these wants the key exactly once.
    std::string text(std::string_view key);
    std::uint64_t number(std::string_view key);  ///< decimal digits
    bool flag(std::string_view key);             ///< `0` or `1`
    Duration duration(std::string_view key);     ///< milliseconds, at most kMaxDuration

    /// True if the key is there, for those that peers of older versions don't know.
    [[nodiscard]] bool has(std::string_view key) const;

    /// One of a table's words.
    template <class Value, std::size_t size>
    Value choice(std::string_view key, const std::array<std::pair<Value, std::string_view>, size>& words) {
        const std::string given = text(key);
        for (const auto& [value, word] : words) {
            if (word == given) return value;
        }
        refuse_value(key, given);
        return words[0].first;
    }

    /// The values of a key that may stand any number of times, in their order.
    [[nodiscard]] std::vector<std::string> all(std::string_view key) const;

    /// Notes that `value` isn't possible for `key`, unless there was a fault already.
    void refuse_value(std::string_view key, std::string_view value);

    /// Errors: Code::invalid, naming message type and key.
    [[nodiscard]] Result<void> outcome() const;

  private:
    void refuse(std::string why);

    const Message& message_;
    std::string fault_;
};

/// Reads decimal digits (nothing else; no sign, no blank) up to 2^64-1. Errors: Code::invalid.
Result<std::uint64_t> parse_number(std::string_view text);

/// Reads milliseconds up to kMaxDuration. Errors: Code::invalid.
Result<Duration> parse_duration(std::string_view text);

/// Reads `role(ip)`; the role's name may contain anything. Errors: Code::invalid.
Result<Slot> parse_slot(std::string_view text);

/// `role(ip)@epoch`.
std::string granted_text(const Slot& slot, Epoch epoch);
Result<std::pair<Slot, Epoch>> parse_granted(std::string_view text);

/// The word for `value` in a table that has all values.
template <class Value, std::size_t size>
constexpr std::string_view word_in(const std::array<std::pair<Value, std::string_view>, size>& words, Value value) {
    for (const auto& [candidate, word] : words) {
        if (candidate == value) return word;
    }
    return "?";
}

}  // namespace mmm::proto
