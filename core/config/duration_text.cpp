#include "core/config/duration_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace mmm::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

constexpr std::array<Unit, 5> kUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
/// Ten years: more is a slip of the finger, and far from any overflow.
constexpr std::int64_t kMost = std::int64_t{3650} * 86'400'000;

struct Word {
    std::string_view text;
    std::string_view unit;
};

/// What people write for the units. No unit means seconds, as in MMM's own files.
constexpr std::array<Word, 17> kWords{{{"", "s"},
                                       {"msec", "ms"},
                                       {"millisecond", "ms"},
                                       {"milliseconds", "ms"},
                                       {"sec", "s"},
                                       {"secs", "s"},
                                       {"second", "s"},
                                       {"seconds", "s"},
                                       {"min", "m"},
                                       {"mins", "m"},
                                       {"minute", "m"},
                                       {"minutes", "m"},
                                       {"hour", "h"},
                                       {"hours", "h"},
                                       {"hr", "h"},
                                       {"day", "d"},
                                       {"days", "d"}}};

const Unit* unit_named(std::string_view name) {
    const auto* found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& unit) { return unit.name == name; });
    return found == kUnits.end() ? nullptr : found;
}

/// The unit that `text` (lower case) seems to mean; nullptr if none.
const Unit* unit_meant(std::string_view text) {
    if (const auto* exact = unit_named(text)) return exact;
    const auto* found = std::find_if(kWords.begin(), kWords.end(), [&](const Word& word) { return word.text == text; });
    return found == kWords.end() ? nullptr : unit_named(found->unit);
}

std::string lower_without_blanks(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '\t') out += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

/// What a text that isn't quite a duration probably means, as a remedy; empty when it can't be guessed.
std::string guess(std::string_view text) {
    const std::string tidy = lower_without_blanks(text.substr(0, 40));
    const auto digits = tidy.find_first_not_of("0123456789.");
    const std::string number = tidy.substr(0, digits);
    const auto* unit = unit_meant(digits == std::string::npos ? "" : std::string_view(tidy).substr(digits));
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (unit == nullptr || error != std::errc() || end != number.data() + number.size()) return {};
    const double milliseconds = std::round(value * static_cast<double>(unit->milliseconds));
    if (milliseconds > static_cast<double>(kMost)) return {};
    return fmt::format("write \"{}\"", duration_text(Duration(static_cast<std::int64_t>(milliseconds))));
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto* unit = unit_named(text.substr(static_cast<std::size_t>(end - text.data())));
    const bool is_number = error == std::errc() && !text.starts_with('-');
    if (is_number && unit != nullptr && count <= kMost / unit->milliseconds)
        return Duration(count * unit->milliseconds);
    const std::string remedy = guess(text);
    if (!remedy.empty()) return fail(Code::invalid, remedy);
    return fail(Code::invalid, "write a whole number and its unit, like \"500ms\", \"10s\", \"5m\", \"1h\" or \"1d\"");
}

std::string duration_text(Duration duration) {
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        if (duration.count() != 0 && duration.count() % unit->milliseconds == 0)
            return fmt::format("{}{}", duration.count() / unit->milliseconds, unit->name);
    }
    return "0s";
}

}  // namespace mmm::config
