#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mmm::config {

/// Letters of keys and of the kinds of sections.
inline constexpr std::string_view kKeyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
/// What Perl's \s is within a line.
inline constexpr std::string_view kBlanks = " \t\r\v\f";
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Without blanks at both ends.
std::string_view trimmed(std::string_view text);

/// The parts between blanks.
std::vector<std::string> words_of(std::string_view text);

/// A stranger's word for a message: in double quotes, cut when it is long.
std::string shown(std::string_view text);

/// Well-formed UTF-8 throughout. Source: RFC 3629.
bool is_utf8(std::string_view text);

/// Has NUL, escapes and the like; blanks are none.
bool has_control(std::string_view text);

/// Puts `to` for each `from`.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);

}  // namespace mmm::config
