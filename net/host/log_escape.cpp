#include "net/host/log_escape.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace mmm::net {

namespace {

/// One character of UTF-8 text, or one byte that isn't part of any.
struct Character {
    std::string_view bytes;
    std::uint32_t code = 0;
    bool valid = false;
};

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

/// The first character of `text`, which isn't empty. Overlong forms, surrogates and codes above U+10FFFF are invalid.
Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {text.substr(0, 1), lead, true};
    const Character invalid{text.substr(0, 1), lead, false};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return invalid;
    std::uint32_t code = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if (!is_continuation(text[i])) return invalid;
        code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    const std::uint32_t least = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return invalid;
    return {text.substr(0, size), code, true};
}

bool is_harmless(const Character& character) {
    const std::uint32_t code = character.code;
    const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const bool line_or_direction = (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                                   (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
    return character.valid && !control && !line_or_direction;
}

}  // namespace

std::string escape_text(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Character character = first_character(text);
        text.remove_prefix(character.bytes.size());
        if (character.bytes == "\\") {
            out += "\\\\";
        } else if (is_harmless(character)) {
            out += character.bytes;
        } else if (character.bytes == "\n") {
            out += "\\n";
        } else if (character.bytes == "\t") {
            out += "\\t";
        } else if (character.bytes == "\r") {
            out += "\\r";
        } else {
            for (const char byte : character.bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        }
    }
    return out;
}

std::string quote_text(std::string_view text) {
    const std::string escaped = escape_text(text);
    if (!text.empty() && escaped == text && text.find_first_of(" =\"") == std::string_view::npos) return escaped;
    std::string out = "\"";
    for (const char byte : escaped) {
        if (byte == '"') out += '\\';
        out += byte;
    }
    return out + '"';
}

std::string quote_json(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const Character character = first_character(text);
        text.remove_prefix(character.bytes.size());
        if (!character.valid) {
            out += "\xef\xbf\xbd";
        } else if (character.code == '"' || character.code == '\\') {
            out += '\\';
            out += character.bytes;
        } else if (is_harmless(character)) {
            out += character.bytes;
        } else {
            out += fmt::format("\\u{:04x}", character.code);
        }
    }
    return out + '"';
}

std::string shorten(std::string_view text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) return std::string(text);
    std::size_t end = most_bytes;
    while (end > 0 && is_continuation(text[end])) --end;
    return std::string(text.substr(0, end)) + "...";
}

}  // namespace mmm::net
