#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mmm::proto {

/// Length in bytes (1 to 4) of the character at the start of `text`; 0 when it isn't well-formed UTF-8 (overlong forms,
/// surrogates, values above U+10FFFF, cut sequences) or when `text` is empty. Source: RFC 3629.
std::size_t utf8_length(std::string_view text);

/// True for C0 controls (NUL, tab, line ends), DEL and C1 controls, given the character's bytes.
bool is_control(std::string_view character);

/// `text` cut to at most `limit` bytes without splitting a character.
std::string_view cut_text(std::string_view text, std::size_t limit);

/// A text from a stranger made fit for a log line or an answer: at most `limit` bytes of it, each control character and
/// malformed byte replaced by `?`, "..." behind it when cut.
std::string printable(std::string_view text, std::size_t limit = 80);

}  // namespace mmm::proto
