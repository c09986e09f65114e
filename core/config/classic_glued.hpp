#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config/classic_value.hpp"
#include "core/config/keys.hpp"
#include "core/config/spelling.hpp"

namespace mmm::config {

/// A line whose key and value stand together: `modemaster`.
struct Glued {
    std::string key, value;
};

/// The longest key of `Section` that `word` begins with, where the rest of the line could be its value. `rest` is what
/// stands behind `word`: `hostsdb1, db2` has one.
template <class Section>
std::optional<Glued> take_glued(std::string_view word, std::string_view rest) {
    std::optional<Glued> best;
    Section scratch;
    for (const auto& key : keys<Section>()) {
        if (word.size() <= key.name.size() || !word.starts_with(key.name)) continue;
        if (best && best->key.size() > key.name.size()) continue;
        std::string value(word.substr(key.name.size()));
        if (!rest.empty()) value += " " + std::string(rest);
        const bool fits = key.field == nullptr
                              ? value.starts_with('/')
                              : fits_classic(value, key.name, key.field(scratch), key.bounds, key.trait);
        if (fits) best = Glued{std::string(key.name), std::move(value)};
    }
    return best;
}

}  // namespace mmm::config
