#pragma once

#include <string>
#include <string_view>

namespace mmm::net {

/// `text` for a line of text: printable UTF-8 stays; control characters (C0, C1, DEL), line separators, marks that
/// change the direction of writing, and invalid bytes become \n, \t, \r or \xNN for each byte; a backslash is doubled.
std::string escape_text(std::string_view text);

/// A field's value for a line of text: as escape_text(), in double quotes when it's empty or has a space, '=', '"' or
/// something escaped.
std::string quote_text(std::string_view text);

/// `text` as a JSON string with its quotes. Invalid bytes become U+FFFD.
std::string quote_json(std::string_view text);

/// At most `most_bytes` of `text`, not ending inside a UTF-8 character, with "..." when something was cut.
std::string shorten(std::string_view text, std::size_t most_bytes);

}  // namespace mmm::net
