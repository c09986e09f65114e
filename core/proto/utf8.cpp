#include "core/proto/utf8.hpp"

#include <cstdint>

namespace mmm::proto {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) {
    return static_cast<std::uint8_t>(text[index]);
}

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

/// The second byte's range excludes overlong forms, surrogates and values beyond Unicode.
bool second_byte_fits(std::uint8_t first, std::uint8_t second) {
    switch (first) {
        case 0xe0:
            return second >= 0xa0;
        case 0xed:
            return second <= 0x9f;
        case 0xf0:
            return second >= 0x90;
        case 0xf4:
            return second <= 0x8f;
        default:
            return true;
    }
}

std::size_t length_from_first_byte(std::uint8_t first) {
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    if (first >= 0xf0 && first <= 0xf4) return 4;
    return 0;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const std::uint8_t first = byte_at(text, 0);
    const std::size_t length = length_from_first_byte(first);
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(byte_at(text, i))) return 0;
    }
    if (length > 1 && !second_byte_fits(first, byte_at(text, 1))) return 0;
    return length;
}

bool is_control(std::string_view character) {
    if (character.size() == 1) return byte_at(character, 0) < 0x20 || byte_at(character, 0) == 0x7f;
    return character.size() == 2 && byte_at(character, 0) == 0xc2 && byte_at(character, 1) < 0xa0;
}

std::string_view cut_text(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    // A character has at most three continuation bytes; malformed text is cut where it falls.
    std::size_t end = limit;
    for (int step = 0; step < 3 && end > 0 && is_continuation(byte_at(text, end)); ++step) --end;
    return text.substr(0, end);
}

std::string printable(std::string_view text, std::size_t limit) {
    const std::string_view shown = cut_text(text, limit);
    std::string result;
    for (std::size_t at = 0; at < shown.size();) {
        const std::size_t length = utf8_length(shown.substr(at));
        const std::string_view character = shown.substr(at, length == 0 ? 1 : length);
        if (length == 0 || is_control(character)) {
            result += '?';
        } else {
            result += character;
        }
        at += character.size();
    }
    if (shown.size() < text.size()) result += "...";
    return result;
}

}  // namespace mmm::proto
