#include "core/config/classic_list.hpp"

#include <algorithm>
#include <array>

#include "core/config/text.hpp"

namespace mmm::config {

namespace {

struct Separator {
    std::string_view bytes, name;
};

constexpr std::array<Separator, 5> kSeparators{{{",", ""},
                                                {";", "\";\" instead of commas"},
                                                {"\xef\xbc\x8c", "full-width commas"},
                                                {"\xe3\x80\x81", "full-width commas"},
                                                {"\xef\xbc\x9b", "full-width semicolons"}}};

const Separator* separator_at(std::string_view text) {
    const auto* found = std::find_if(kSeparators.begin(), kSeparators.end(),
                                     [&](const Separator& each) { return text.starts_with(each.bytes); });
    return found == kSeparators.end() ? nullptr : found;
}

}  // namespace

ClassicList take_classic_list(std::string_view text) {
    ClassicList list;
    bool separated = true;  // by something else than blanks
    for (std::size_t at = 0; at < text.size();) {
        if (kBlanks.find(text[at]) != std::string_view::npos) {
            ++at;
            continue;
        }
        if (const auto* separator = separator_at(text.substr(at))) {
            if (list.wrong_separator.empty()) list.wrong_separator = separator->name;
            separated = true;
            at += separator->bytes.size();
            continue;
        }
        const auto begin = at;
        while (at < text.size() && kBlanks.find(text[at]) == std::string_view::npos &&
               separator_at(text.substr(at)) == nullptr)
            ++at;
        if (!separated && list.wrong_separator.empty()) list.wrong_separator = "blanks alone";
        list.elements.push_back({std::string(text.substr(begin, at - begin)), begin});
        separated = false;
    }
    return list;
}

}  // namespace mmm::config
