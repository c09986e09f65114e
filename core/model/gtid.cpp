#include "core/model/gtid.hpp"

#include <charconv>
#include <optional>

namespace mmm {

namespace {

/// Takes one number and the separator after it off the front of `text`; separator 0: the text must end.
template <class Number>
std::optional<Number> take(std::string_view& text, char separator) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (separator == '\0') return text.empty() ? std::optional(number) : std::nullopt;
    if (text.empty() || text.front() != separator) return std::nullopt;
    text.remove_prefix(1);
    return number;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

void append(std::string& text, std::uint32_t domain, const GtidPosition::Last& last) {
    if (!text.empty()) text += ',';
    text += std::to_string(domain) + '-' + std::to_string(last.server) + '-' + std::to_string(last.sequence);
}

}  // namespace

Result<GtidPosition> GtidPosition::parse(std::string_view text) {
    GtidPosition position;
    std::string_view rest = trimmed(text);
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const std::string_view part = trimmed(rest.substr(0, comma));
        std::string_view numbers = part;
        const auto domain = take<std::uint32_t>(numbers, '-');
        const auto server = domain ? take<std::uint32_t>(numbers, '-') : std::nullopt;
        const auto sequence = server ? take<std::uint64_t>(numbers, '\0') : std::nullopt;
        if (!sequence) return fail(Code::invalid, "not a GTID: '" + std::string(part.substr(0, 60)) + "'");
        Last& last = position.domains_[*domain];
        if (last.sequence <= *sequence) last = Last{*server, *sequence};
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
        if (rest.empty()) return fail(Code::invalid, "a list of GTIDs ends with a comma");
    }
    return position;
}

std::string GtidPosition::text() const {
    std::string result;
    for (const auto& [domain, last] : domains_) append(result, domain, last);
    return result;
}

bool covers(const GtidPosition& have, const GtidPosition& wanted) {
    return missing(have, wanted).empty();
}

std::string missing(const GtidPosition& have, const GtidPosition& wanted) {
    std::string result;
    for (const auto& [domain, last] : wanted.domains()) {
        const auto found = have.domains().find(domain);
        if (found == have.domains().end() || found->second.sequence < last.sequence) append(result, domain, last);
    }
    return result;
}

}  // namespace mmm
