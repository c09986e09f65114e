#include "cmd/ctl_show.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/model/host.hpp"
#include "core/proto/utf8.hpp"

namespace mmm {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

/// The parts of a host that are needed here; empty when the monitor doesn't tell.
struct ShownHost {
    std::string state;
    std::string since;
    std::string reason;
};

std::string text_of(const Json& object, const char* key) {
    if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return {};
    return terminal_text(object[key].get<std::string>());
}

Json data_of(const proto::ControlReply& reply) {
    constexpr bool kThrow = false;
    return Json::parse(reply.data_json, nullptr, kThrow);
}

/// By the beginning of the host's line in `show`.
std::map<std::string, ShownHost> hosts_of(const Json& data) {
    std::map<std::string, ShownHost> hosts;
    if (!data.is_object() || !data.contains("hosts") || !data["hosts"].is_array()) return hosts;
    for (const Json& host : data["hosts"]) {
        const std::string name = text_of(host, "name");
        if (name.empty()) continue;
        hosts["  " + name + "("] = {text_of(host, "state"), text_of(host, "since"), text_of(host, "reason")};
    }
    return hosts;
}

std::string painted(std::string_view text, std::string_view paint, bool colour) {
    return colour ? fmt::format("{}{}{}", paint, text, kPlain) : std::string(text);
}

/// An operator's decision, or a host that waits for one, is no alarm.
std::string_view paint_of(std::string_view state) {
    const bool calm = state == word(HostState::admin_offline) || state == word(HostState::awaiting_recovery);
    return calm ? kYellow : kRed;
}

std::string host_line(std::string_view line, const ShownHost& host, bool colour) {
    if (host.state.empty() || host.state == word(HostState::online)) return std::string(line) + "\n";
    std::string shown(line);
    const std::string marked = "/" + host.state + ".";
    if (const std::size_t at = shown.find(marked); at != std::string::npos) {
        shown.replace(at + 1, host.state.size(), painted(host.state, paint_of(host.state), colour));
    }
    const std::string since = host.since.empty() ? "" : "since " + host.since + ": ";
    const std::string reason = host.reason.empty() ? "the monitor gives no reason" : host.reason;
    return shown + "\n      " + painted(since + reason, paint_of(host.state), colour) + "\n";
}

std::string shown_line(std::string_view line, const std::map<std::string, ShownHost>& hosts, bool colour) {
    if (line.starts_with("# Warning")) return painted(line, kYellow, colour) + "\n";
    if (line.starts_with('#')) return painted(line, kDim, colour) + "\n";
    const std::size_t open = line.find('(');
    const auto host = open == std::string_view::npos ? hosts.end() : hosts.find(std::string(line.substr(0, open + 1)));
    if (host != hosts.end()) return host_line(line, host->second, colour);
    return std::string(line) + "\n";
}

}  // namespace

std::string terminal_text(std::string_view text) {
    std::string result;
    for (std::size_t end = 0; !text.empty(); text.remove_prefix(end)) {
        end = std::min(text.find('\n'), text.size());
        result += proto::printable(text.substr(0, end), text.size());
        if (end == text.size()) break;
        result += '\n';
        ++end;
    }
    return result;
}

std::string show_for_people(const proto::ControlReply& reply, bool colour) {
    const auto hosts = hosts_of(data_of(reply));
    const std::string text = terminal_text(reply.text);
    std::string result;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        result += shown_line(rest.substr(0, end), hosts, colour);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return result;
}

std::string json_for_programs(const proto::ControlReply& reply) {
    if (!reply.data_json.empty()) return reply.data_json + "\n";
    Json object;
    object["ok"] = reply.exit == proto::kExitDone;
    object["exit"] = reply.exit;
    object["text"] = reply.text;
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string show_heading(const proto::ControlReply& reply) {
    const Json data = data_of(reply);
    const std::string mode = text_of(data, "mode");
    const std::string cluster = text_of(data, "cluster");
    return cluster.empty() ? mode : mode + ", cluster " + cluster;
}

std::string alarm(const std::string& text, bool colour) {
    return painted(text, kRed, colour);
}

}  // namespace mmm
