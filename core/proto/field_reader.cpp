#include "core/proto/field_reader.hpp"

#include <algorithm>
#include <charconv>

#include "core/proto/utf8.hpp"

namespace mmm::proto {
namespace {

/// How much of a bad value an error message repeats.
constexpr std::size_t kShown = 40;

}  // namespace

FieldReader::FieldReader(const Message& message, std::string_view type) : message_(message) {
    if (message.type != type) refuse("expected " + std::string(type));
}

std::string FieldReader::text(std::string_view key) {
    const std::string* found = nullptr;
    for (const auto& [name, value] : message_.fields) {
        if (name != key) continue;
        if (found != nullptr) {
            refuse(std::string(key) + " is there twice");
            return {};
        }
        found = &value;
    }
    if (found == nullptr) {
        refuse(std::string(key) + " is missing");
        return {};
    }
    return *found;
}

std::uint64_t FieldReader::number(std::string_view key) {
    const std::string given = text(key);
    const auto number = parse_number(given);
    if (!number) refuse_value(key, given);
    return number.value_or(0);
}

bool FieldReader::flag(std::string_view key) {
    const std::string given = text(key);
    if (given != "0" && given != "1") refuse_value(key, given);
    return given == "1";
}

Duration FieldReader::duration(std::string_view key) {
    const std::string given = text(key);
    const auto duration = parse_duration(given);
    if (!duration) refuse_value(key, given);
    return duration.value_or(Duration{0});
}

bool FieldReader::has(std::string_view key) const {
    return std::any_of(message_.fields.begin(), message_.fields.end(),
                       [&](const auto& field) { return field.first == key; });
}

std::vector<std::string> FieldReader::all(std::string_view key) const {
    std::vector<std::string> values;
    for (const auto& [name, value] : message_.fields) {
        if (name == key) values.push_back(value);
    }
    return values;
}

void FieldReader::refuse_value(std::string_view key, std::string_view value) {
    refuse(std::string(key) + " can't be '" + printable(value, kShown) + "'");
}

void FieldReader::refuse(std::string why) {
    if (fault_.empty()) fault_ = message_.type + ": " + std::move(why);
}

Result<void> FieldReader::outcome() const {
    if (!fault_.empty()) return fail(Code::invalid, fault_);
    return {};
}

Result<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return fail(Code::invalid, "not a number: '" + printable(text, kShown) + "'");
    }
    return number;
}

Result<Duration> parse_duration(std::string_view text) {
    const auto number = parse_number(text);
    if (!number) return tl::make_unexpected(number.error());
    if (*number > static_cast<std::uint64_t>(kMaxDuration.count()))
        return fail(Code::invalid, "longer than a thousand years: '" + printable(text, kShown) + "'");
    return Duration(static_cast<Duration::rep>(*number));
}

Result<Slot> parse_slot(std::string_view text) {
    const std::size_t open = text.rfind('(');
    if (open == std::string_view::npos || open == 0 || !text.ends_with(')')) {
        return fail(Code::invalid, "not role(ip): '" + printable(text, kShown) + "'");
    }
    const auto ip = Address::parse(text.substr(open + 1, text.size() - open - 2));
    if (!ip) return tl::make_unexpected(ip.error());
    return Slot{RoleName(text.substr(0, open)), *ip};
}

std::string granted_text(const Slot& slot, Epoch epoch) {
    return slot.text() + "@" + std::to_string(epoch);
}

Result<std::pair<Slot, Epoch>> parse_granted(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) {
        return fail(Code::invalid, "not role(ip)@epoch: '" + printable(text, kShown) + "'");
    }
    auto slot = parse_slot(text.substr(0, at));
    if (!slot) return tl::make_unexpected(slot.error());
    const auto epoch = parse_number(text.substr(at + 1));
    if (!epoch) return tl::make_unexpected(epoch.error());
    return std::pair(std::move(*slot), *epoch);
}

}  // namespace mmm::proto
