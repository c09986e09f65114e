#include "cmd/ctl_ask.hpp"

#include <fmt/format.h>

#include "cmd/config_file.hpp"
#include "cmd/ctl_tls.hpp"
#include "core/proto/utf8.hpp"

namespace mmm {
namespace {

constexpr std::uint16_t kControlPort = 9988;
constexpr std::string_view kError = "ERROR:";

Error no_monitor(const MonitorPlace& place, const Error& error) {
    // There is a monitor, but one with which no conversation comes about: the message says what to look at.
    if (error.code == Code::refused || error.code == Code::invalid) {
        return {error.code, fmt::format("{} (address from {})", error.message, place.said_by), error.detail};
    }
    std::string advice = "Is that the right address? Is the host up, and does its firewall let the port through?";
    if (error.code == Code::unreachable) {
        advice =
            "Start it there: systemctl start mmm-monitor, or in the foreground: mmm monitor --config "
            "/etc/mmm/mmm.toml";
    }
    return {error.code,
            fmt::format("no monitor at {} (address from {}): {}\n{}", place.endpoint.text(), place.said_by,
                        error.message, advice),
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

}  // namespace

Result<MonitorPlace> find_monitor(const CtlOptions& options) {
    if (!options.monitor.empty()) {
        const auto endpoint = net::parse_control_endpoint(options.monitor, kControlPort);
        if (!endpoint) return fail(endpoint.error().code, "--monitor: " + endpoint.error().message);
        // Whether it wants TLS is the configuration's matter all the same, where there is one.
        const std::string path = find_config(options.config, config::Purpose::control).value_or(FoundConfig{}).path;
        const auto file = read_config(path, config::Purpose::control);
        auto tls = control_tls(file ? file->config.socket : config::Socket(), path);
        if (!tls) return tl::make_unexpected(tls.error());
        return MonitorPlace{*endpoint, "--monitor", std::move(*tls)};
    }
    // Faults elsewhere in the file don't keep an operator from looking at the cluster.
    constexpr const char* kElse = "\nOr say where the monitor is: --monitor HOST:PORT";
    const auto found = find_config(options.config, config::Purpose::control);
    if (!found) return fail(found.error().code, found.error().message + kElse);
    const auto file = read_config(found->path, config::Purpose::control);
    if (!file) return fail(file.error().code, file.error().message + kElse);
    const config::Monitor& monitor = file->config.monitor;
    if (monitor.ip.is_unspecified()) {
        return fail(Code::invalid, found->path +
                                       ": [monitor] has no usable ip; check the file with mmm check-config, or say "
                                       "where the monitor is: --monitor HOST:PORT");
    }
    auto tls = control_tls(file->config.socket, found->path);
    if (!tls) return tl::make_unexpected(tls.error());
    return MonitorPlace{{monitor.ip.text(), monitor.port}, found->path, std::move(*tls)};
}

Result<std::string> ask_classic(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits) {
    auto answer = net::ask_monitor(place.endpoint, joined(words), limits, place.tls);
    if (!answer) return tl::make_unexpected(no_monitor(place, answer.error()));
    return answer;
}

Result<proto::ControlReply> ask(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits) {
    const auto structured = net::ask_monitor(place.endpoint, "json " + joined(words), limits, place.tls);
    if (!structured) return tl::make_unexpected(no_monitor(place, structured.error()));
    if (auto reply = proto::parse_reply(*structured)) return reply;

    if (!structured->starts_with(kError)) {
        const std::string said =
            structured->empty() ? "it closed without an answer" : "it says '" + proto::printable(*structured) + "'";
        return fail(Code::invalid, fmt::format("what listens at {} (address from {}) isn't a monitor: {}",
                                               place.endpoint.text(), place.said_by, said));
    }
    auto classic = ask_classic(place, words, limits);
    if (!classic) return tl::make_unexpected(classic.error());
    return classic_reply(std::move(*classic));
}

}  // namespace mmm
