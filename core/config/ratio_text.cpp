#include "core/config/ratio_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace mmm::config {

namespace {

constexpr std::uint32_t kPerPercent = 10'000;
constexpr std::size_t kDecimals = 4;
/// No ratio is larger than the whole.
constexpr std::uint32_t kMost = 100 * kPerPercent;

/// Digits only.
std::optional<std::uint32_t> whole(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number > kMost) return std::nullopt;
    return number;
}

/// A number of percent as millionths.
std::optional<std::uint32_t> percent(std::string_view text) {
    const auto dot = text.find('.');
    const auto before = whole(text.substr(0, dot));
    if (!before || *before > 100) return std::nullopt;
    if (dot == std::string_view::npos) return *before * kPerPercent;
    std::string decimals(text.substr(dot + 1));
    if (decimals.empty() || decimals.size() > kDecimals) return std::nullopt;
    decimals.resize(kDecimals, '0');
    const auto after = whole(decimals);
    if (!after) return std::nullopt;
    return *before * kPerPercent + *after;
}

}  // namespace

Result<Ratio> parse_ratio(std::string_view text) {
    std::optional<std::uint32_t> ppm;
    if (text.ends_with('%')) ppm = percent(text.substr(0, text.size() - 1));
    if (text.ends_with("ppm")) ppm = whole(text.substr(0, text.size() - 3));
    if (ppm && *ppm <= kMost) return Ratio{*ppm};
    if (percent(text)) return fail(Code::invalid, fmt::format("write \"{}%\"", text));
    return fail(Code::invalid, "write it in percent, like \"0.1%\", or in millionths, like \"1000ppm\"");
}

std::string ratio_text(Ratio ratio) {
    std::string text = fmt::format("{}.{:0{}}", ratio.ppm / kPerPercent, ratio.ppm % kPerPercent, kDecimals);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text + "%";
}

}  // namespace mmm::config
