#include "core/proto/message.hpp"

#include <algorithm>

#include "core/base/check.hpp"
#include "core/proto/escape.hpp"
#include "core/proto/utf8.hpp"

namespace mmm::proto {
namespace {

constexpr std::size_t kMaxWord = 32;

bool is_type(std::string_view text) {
    return !text.empty() && text.size() <= kMaxWord &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= kMaxWord && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// Cuts off and returns what stands before the next `|`.
std::string_view next_part(std::string_view& rest) {
    const std::size_t bar = rest.find('|');
    const std::string_view part = rest.substr(0, bar);
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
    return part;
}

Result<std::pair<std::string, std::string>> decode_field(std::string_view part) {
    const std::size_t equals = part.find('=');
    const std::string_view key = part.substr(0, equals);
    if (equals == std::string_view::npos || !is_key(key)) {
        return fail(Code::invalid, "field '" + printable(part, 40) + "' isn't key=value");
    }
    auto value = unescape(part.substr(equals + 1));
    if (!value) return fail(Code::invalid, std::string(key) + ": " + value.error().message);
    return std::pair(std::string(key), std::move(*value));
}

}  // namespace

std::string encode(const Message& message) {
    MMM_CHECK(is_type(message.type));
    std::string line = message.type + "|" + std::to_string(kProtocolVersion) + "|" + escape(message.host);
    for (const auto& [key, value] : message.fields) {
        MMM_CHECK(is_key(key));
        line += "|" + key + "=" + escape(value);
    }
    return line;
}

Result<Message> decode(std::string_view line) {
    const auto bars = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|'));
    if (bars < 2) return fail(Code::invalid, "not TYPE|VERSION|HOST: '" + printable(line, 40) + "'");
    if (bars - 2 > kMaxFields) return fail(Code::invalid, "more than " + std::to_string(kMaxFields) + " fields");

    Message message;
    const std::string_view type = next_part(line);
    if (!is_type(type)) return fail(Code::invalid, "'" + printable(type, 40) + "' isn't a message type");
    message.type = type;
    const std::string_view version = next_part(line);
    if (version != std::to_string(kProtocolVersion)) {
        return fail(Code::unsupported, "protocol version '" + printable(version, 20) + "' instead of 2");
    }
    auto host = unescape(next_part(line));
    if (!host) return fail(Code::invalid, "host: " + host.error().message);
    if (host->empty()) return fail(Code::invalid, "no host named");
    message.host = std::move(*host);

    for (std::size_t i = 2; i < bars; ++i) {
        auto field = decode_field(next_part(line));
        if (!field) return tl::make_unexpected(field.error());
        message.fields.push_back(std::move(*field));
    }
    return message;
}

}  // namespace mmm::proto
