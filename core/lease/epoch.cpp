#include "core/lease/epoch.hpp"

#include <algorithm>
#include <charconv>

namespace mmm::lease {

namespace {

constexpr std::size_t kMaxProposer = 64;

/// What host names are made of, and "@" for a second monitor.
bool fits_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '@';
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxProposer && std::all_of(text.begin(), text.end(), fits_in_name);
}

std::string Epoch::text() const {
    return counter == 0 ? "0" : std::to_string(counter) + "." + proposer;
}

Result<Epoch> Epoch::parse(std::string_view text) {
    if (text == "0") return Epoch{};
    const auto wrong = [&](const char* what) {
        return fail(Code::invalid,
                    "not an epoch, " + std::string(what) + ": '" + std::string(text.substr(0, 80)) + "'");
    };
    Epoch epoch;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, epoch.counter);
    if (error == std::errc::result_out_of_range) return wrong("the counter is too large");
    if (error != std::errc{}) return wrong("it must begin with a counter");
    // One spelling only, or two texts could be one epoch.
    if (text.front() == '0') return wrong("the counter begins with 0");
    if (rest == end || *rest != '.') return wrong("'.' and the proposer's name must follow the counter");
    const std::string_view name(rest + 1, static_cast<std::size_t>(end - rest - 1));
    if (name.empty() || name.size() > kMaxProposer) return wrong("the proposer's name has 1 to 64 characters");
    if (!std::all_of(name.begin(), name.end(), fits_in_name)) return wrong("the proposer's name is no host name");
    epoch.proposer = name;
    return epoch;
}

}  // namespace mmm::lease
