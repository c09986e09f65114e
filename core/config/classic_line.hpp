#pragma once

#include <string>
#include <string_view>

namespace mmm::config {

/// One line of a classic file, taken apart. Source: behaviour of MMM 2.2's parser, but for the comments behind values.
struct ClassicLine {
    enum class Kind {
        blank,    ///< nothing, a comment, or so broken that nothing can be made of it
        open,     ///< `<host db1>`
        close,    ///< `</host>`
        empty,    ///< `<host db1/>`
        setting,  ///< `key value`, `include FILE` among them
    };
    Kind kind = Kind::blank;
    std::string word;   ///< the key, or a section's kind
    std::string value;  ///< the value, or a section's name; may be empty
    unsigned column = 1, value_column = 1;
    unsigned comment_column = 0;  ///< of a `#` behind something else; 0: none
    // What is wrong with it as a line; the rest is then what was probably meant.
    std::string complaint, remedy;
};

/// A comment begins at a `#` that is the first character or has a blank before it; behind a tag it needs none.
ClassicLine take_classic_line(std::string_view line);

}  // namespace mmm::config
