#pragma once

#include <string_view>

namespace mmm::config {

/// The two forms in which a configuration may be written.
enum class Format {
    toml,
    classic,  ///< MMM 2's own: `<host db1>`, `key value`
};

/// Which of the two a text is meant to be, by what most of its lines look like: a slip in one line doesn't turn the
/// file into something else. A text without any hint (empty, comments only) counts as TOML.
Format format_of(std::string_view text);

}  // namespace mmm::config
