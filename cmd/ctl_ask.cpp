#include "cmd/ctl_ask.hpp"

#include <fmt/format.h>

#include "core/proto/utf8.hpp"

namespace mmm {
namespace {

constexpr std::string_view kError = "ERROR:";

Error no_monitor(const MonitorPlace& place, const Error& error) {
    // There is a monitor, but one with which no conversation comes about: the message says what to look at.
    if (error.code == Code::refused || error.code == Code::invalid || !place.tls) {
        return {error.code, fmt::format("{} (address from {})", error.message, place.said_by), error.detail};
    }
    std::string advice = "Is that the right address? Is the host up, and does its firewall let the port through?";
    if (error.code == Code::unreachable) {
        advice =
            "Start it there: systemctl start mmm-monitor, or in the foreground: mmm monitor --config "
            "/etc/mmm/mmm.toml";
    }
    return {
        error.code,
        fmt::format("no monitor at {} (address from {}): {}\n{}", place.text(), place.said_by, error.message, advice),
        error.detail};
}

std::string joined(const std::vector<std::string>& words) {
    std::string command;
    for (const std::string& word : words) command += (command.empty() ? "" : " ") + word;
    return command;
}

/// The reply for what a monitor said in the classic form, which has no status.
proto::ControlReply classic_reply(std::string text) {
    const int exit = text.starts_with(kError) ? proto::kExitRefused : proto::kExitDone;
    return {exit, std::move(text), ""};
}

/// By the unix socket if somebody listens there, else by TCP.
Result<std::string> ask_any(const MonitorPlace& place, const std::string& command, const net::ControlLimits& limits) {
    if (!place.local.empty()) {
        auto answer = net::ask_local_monitor(place.local, command, limits);
        if (answer || answer.error().code == Code::cancelled || place.endpoint.host.empty()) return answer;
        if (answer.error().code != Code::not_found && answer.error().code != Code::unreachable) return answer;
    }
    if (!place.tls) return tl::make_unexpected(place.tls.error());
    return net::ask_monitor(place.endpoint, command, limits, *place.tls);
}

}  // namespace

Result<std::string> ask_classic(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits) {
    auto answer = ask_any(place, joined(words), limits);
    if (!answer) return tl::make_unexpected(no_monitor(place, answer.error()));
    return answer;
}

Result<proto::ControlReply> ask(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits) {
    const auto structured = ask_any(place, "json " + joined(words), limits);
    if (!structured) return tl::make_unexpected(no_monitor(place, structured.error()));
    if (auto reply = proto::parse_reply(*structured)) return reply;

    if (!structured->starts_with(kError)) {
        const std::string said =
            structured->empty() ? "it closed without an answer" : "it says '" + proto::printable(*structured) + "'";
        return fail(Code::invalid, fmt::format("what listens at {} (address from {}) isn't a monitor: {}", place.text(),
                                               place.said_by, said));
    }
    auto classic = ask_classic(place, words, limits);
    if (!classic) return tl::make_unexpected(classic.error());
    return classic_reply(std::move(*classic));
}

}  // namespace mmm
