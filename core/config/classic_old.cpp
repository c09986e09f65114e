#include "core/config/classic_old.hpp"

#include <algorithm>
#include <array>

#include "core/config/text.hpp"

namespace mmm::config {

namespace {

constexpr std::array<std::string_view, 5> kSections{"host", "role", "check", "log", "email"};

}  // namespace

std::optional<Mmm1Line> mmm1_line(std::string_view text) {
    std::optional<Mmm1Line> first;
    for (unsigned number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('<')) return std::nullopt;
        if (first || line.size() > 100) continue;
        const auto words = words_of(line.substr(0, line.find('#')));
        if (words.size() == 2 && std::find(kSections.begin(), kSections.end(), words[0]) != kSections.end())
            first = Mmm1Line{number, words[0] + " " + words[1]};
    }
    return first;
}

}  // namespace mmm::config
