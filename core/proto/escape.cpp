#include "core/proto/escape.hpp"

#include <algorithm>
#include <cstdint>

#include "core/proto/utf8.hpp"

namespace mmm::proto {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";

/// Of itself in a field: most of what is sent.
bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '%' && c != '|';
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

void append_escaped(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        out += '%';
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
}

}  // namespace

std::string escape(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto* plain_end = std::find_if_not(text.begin() + at, text.end(), is_plain);
        result.append(text.begin() + at, plain_end);
        at = static_cast<std::size_t>(plain_end - text.begin());
        if (at == text.size()) break;
        const std::size_t length = utf8_length(text.substr(at));
        const std::string_view character = text.substr(at, length == 0 ? 1 : length);
        if (length == 0 || is_control(character) || character == "%" || character == "|") {
            append_escaped(result, character);
        } else {
            result += character;
        }
        at += character.size();
    }
    return result;
}

Result<std::string> unescape(std::string_view field) {
    std::string result;
    result.reserve(field.size());
    for (std::size_t at = 0; at < field.size(); ++at) {
        const std::size_t percent = std::min(field.find('%', at), field.size());
        result += field.substr(at, percent - at);
        at = percent;
        if (at == field.size()) break;
        const int high = at + 2 < field.size() ? digit_value(field[at + 1]) : -1;
        const int low = at + 2 < field.size() ? digit_value(field[at + 2]) : -1;
        if (high < 0 || low < 0) return fail(Code::invalid, "'%' without two hexadecimal digits");
        result += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return result;
}

}  // namespace mmm::proto
