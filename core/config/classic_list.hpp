#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mmm::config {

/// A list in the classic form, `db1, db2`.
struct ClassicList {
    struct Element {
        std::string text;
        std::size_t at = 0;  ///< where it begins, in bytes
    };
    std::vector<Element> elements;
    std::string wrong_separator;  ///< what else than commas stands between elements; empty: nothing

    /// As it should be written, with the elements that `wanted` takes.
    template <class Wanted>
    [[nodiscard]] std::string joined(Wanted wanted) const {
        std::string out;
        for (const auto& element : elements) {
            if (wanted(element.text)) out += (out.empty() ? "" : ", ") + element.text;
        }
        return out;
    }
};

/// Takes a list apart at commas, and as well at what people write instead of them.
ClassicList take_classic_list(std::string_view text);

}  // namespace mmm::config
