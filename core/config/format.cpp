#include "core/config/format.hpp"

#include <algorithm>

#include "core/config/text.hpp"

namespace mmm::config {

namespace {

/// +1: only TOML looks like this; -1: only the classic format does; 0: says nothing.
int hint(std::string_view line) {
    if (line.empty() || line.starts_with('#')) return 0;
    if (line.starts_with('<')) return -1;
    if (line.starts_with('[') || line.starts_with('"') || line.starts_with('\'')) return 1;
    const auto end = std::min(line.find_first_not_of(kKeyLetters), line.size());
    // Dotted keys and keys in quotes are TOML; classic keys consist of plain letters.
    const auto next = line.find_first_not_of(kBlanks, end);
    if (end == 0 || next == std::string_view::npos) return 0;
    if (line[next] == '=' || line[end] == '.') return 1;
    return next > end ? -1 : 0;
}

}  // namespace

Format format_of(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    int balance = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        balance += hint(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return balance < 0 ? Format::classic : Format::toml;
}

}  // namespace mmm::config
