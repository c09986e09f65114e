#include "core/proto/version1.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/proto/field_reader.hpp"
#include "core/proto/utf8.hpp"

namespace mmm::proto::v1 {
namespace {

constexpr std::array<std::pair<Command, std::string_view>, 5> kCommandWords{{
    {Command::ping, "PING"},
    {Command::set_status, "SET_STATUS"},
    {Command::get_agent_status, "GET_AGENT_STATUS"},
    {Command::get_system_status, "GET_SYSTEM_STATUS"},
    {Command::clear_bad_roles, "CLEAR_BAD_ROLES"},
}};
/// Far more than any reply has; a line is bounded anyway.
constexpr std::size_t kMostParts = 64;
constexpr std::string_view kOk = "OK: ";
constexpr std::string_view kError = "ERROR: ";
constexpr std::string_view kUptime = "UP:";
/// A thousand years: beyond any uptime, far below what overflows.
constexpr double kMaxUptimeSeconds = 1000.0 * 366 * 24 * 3600;

std::vector<std::string> split(std::string_view line, char separator) {
    std::vector<std::string> parts;
    while (parts.size() < kMostParts) {
        const auto end = line.find(separator);
        parts.emplace_back(line.substr(0, end));
        if (end == std::string_view::npos) break;
        line.remove_prefix(end + 1);
    }
    return parts;
}

bool is_command_word(std::string_view text) {
    return !text.empty() && text.size() <= 32 &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

/// Seconds with decimals. Nothing: not such a number.
std::optional<Duration> parse_uptime(std::string_view text) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!(seconds >= 0 && seconds <= kMaxUptimeSeconds)) return std::nullopt;
    return Duration(static_cast<Duration::rep>(std::llround(seconds * 1000)));
}

std::string uptime_text(Duration uptime) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(uptime.count()) / 1000.0);
    return text.data();
}

const std::string& at(const std::vector<std::string>& fields, std::size_t index) {
    static const std::string kNothing;
    return index < fields.size() ? fields[index] : kNothing;
}

}  // namespace

std::string_view word(Command command) {
    return word_in(kCommandWords, command);
}

bool is_request(std::string_view line) {
    const auto bar = line.find('|');
    if (bar == std::string_view::npos || !is_command_word(line.substr(0, bar))) return false;
    line.remove_prefix(bar + 1);
    return line.substr(0, line.find('|')) == "1";
}

std::string roles_text(const Slots& slots) {
    std::string text;
    for (const auto& slot : slots) text += (text.empty() ? "" : ",") + slot.text();
    return text;
}

Result<Slots> parse_roles(std::string_view text) {
    Slots slots;
    if (text.empty()) return slots;
    for (const auto& part : split(text, ',')) {
        auto slot = parse_slot(part);
        if (!slot) return tl::make_unexpected(slot.error());
        slots.insert(std::move(*slot));
    }
    return slots;
}

std::vector<std::string> fields_of(const AgentStatus& status) {
    return {std::string(mmm::word(status.state)), roles_text(status.roles), status.active_master};
}

std::vector<std::string> fields_of(const SystemStatus& status) {
    return {status.writable ? "1" : "", roles_text(status.roles), status.source ? status.source->text() : ""};
}

Result<AgentStatus> agent_status(const std::vector<std::string>& fields) {
    const auto state = host_state(at(fields, 0));
    if (!state) return fail(Code::invalid, "'" + printable(at(fields, 0), 40) + "' isn't a host state");
    auto roles = parse_roles(at(fields, 1));
    if (!roles) return tl::make_unexpected(roles.error());
    return AgentStatus{*state, std::move(*roles), at(fields, 2)};
}

Result<SystemStatus> system_status(const std::vector<std::string>& fields) {
    const std::string& writable = at(fields, 0);
    if (writable != "1" && writable != "0" && !writable.empty())
        return fail(Code::invalid, "'" + printable(writable, 40) + "' isn't 1 or nothing");
    auto roles = parse_roles(at(fields, 1));
    if (!roles) return tl::make_unexpected(roles.error());
    SystemStatus status{writable == "1", std::move(*roles), std::nullopt};
    // A source that is set by a name is no reason to know nothing of the rest.
    if (const auto source = Address::parse(at(fields, 2))) status.source = *source;
    return status;
}

std::string encode(const Request& request) {
    std::string line = std::string(word(request.command)) + "|1|" + request.host;
    if (request.command != Command::set_status) return line;
    for (const auto& field : fields_of(request.status)) line += "|" + field;
    return line;
}

Result<Request> decode_request(std::string_view line) {
    if (!is_request(line)) return fail(Code::invalid, "not COMMAND|1|HOST: '" + printable(line, 40) + "'");
    auto parts = split(line, '|');
    const auto known = std::find_if(kCommandWords.begin(), kCommandWords.end(),
                                    [&](const auto& entry) { return entry.second == parts[0]; });
    if (known == kCommandWords.end()) return fail(Code::invalid, "Invalid command '" + printable(parts[0], 40) + "'");
    if (parts.size() < 3 || parts[2].empty()) return fail(Code::invalid, "no host is named");
    Request request{known->first, parts[2], {}};
    if (request.command != Command::set_status) return request;
    if (parts.size() < 6) return fail(Code::invalid, "SET_STATUS needs state, roles and active master");
    auto status = agent_status({parts.begin() + 3, parts.end()});
    if (!status) return tl::make_unexpected(status.error());
    request.status = std::move(*status);
    return request;
}

std::string encode(const Reply& reply) {
    // The text may come from a server's message; a bar in it would be a field.
    std::string line = std::string(reply.ok ? kOk : kError) + printable(reply.text, 400);
    std::replace(line.begin(), line.end(), '|', '/');
    for (const auto& field : reply.fields) line += "|" + field;
    return line + "|" + std::string(kUptime) + uptime_text(reply.uptime);
}

Result<Reply> decode_reply(std::string_view line) {
    Reply reply;
    const std::string shown = printable(line, 60);
    if (line.starts_with(kOk)) {
        line.remove_prefix(kOk.size());
    } else if (line.starts_with(kError)) {
        reply.ok = false;
        line.remove_prefix(kError.size());
    } else {
        return fail(Code::invalid, "not an answer of version 1: '" + shown + "'");
    }
    auto parts = split(line, '|');
    const std::string last = parts.back();
    const auto uptime = last.starts_with(kUptime) ? parse_uptime(std::string_view(last).substr(kUptime.size()))
                                                  : std::optional<Duration>();
    if (parts.size() < 2 || !uptime) return fail(Code::invalid, "an answer without uptime: '" + shown + "'");
    reply.uptime = *uptime;
    reply.text = parts.front();
    reply.fields.assign(parts.begin() + 1, parts.end() - 1);
    return reply;
}

}  // namespace mmm::proto::v1
