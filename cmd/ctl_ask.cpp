#include "cmd/ctl_ask.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cmd/config_file.hpp"
#include "cmd/config_key.hpp"
#include "cmd/control_port.hpp"
#include "core/proto/utf8.hpp"
#include "net/host/addresses.hpp"

namespace mmm {
namespace {

constexpr std::uint16_t kControlPort = 9988;
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
    return {error.code,
            fmt::format("no monitor at {} (address from {}): {}\n{}", place.endpoint.text(), place.said_by,
                        error.message, advice),
            error.detail};
}

std::string remedy_of(Code code) {
    if (code == Code::permission)
        return "\nRun it as a user who may read that file, or on the monitor's host: sudo mmm ctl ...";
    if (code == Code::not_found) return "\nThis host needs that file as well; or run mmm ctl on a host that has it.";
    return "";
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

namespace {

/// What the configuration says about the way to the monitor by TCP.
Result<Tls> tls_of(const ConfigFile& file, const std::string& path) {
    config::Config config = file.config;
    auto ready = read_cluster_keys(config, path, KeyUse::ask);
    auto tls = ready ? control_link_tls(config) : Result<Tls>(tl::make_unexpected(ready.error()));
    if (tls) return tls;
    const Error& error = tls.error();
    const bool key = !config.security.key_file.empty();
    return fail(error.code, fmt::format("the monitor wants the cluster's {} ({}); {}{}", key ? "key" : "certificates",
                                        path, error.message, remedy_of(error.code)));
}

bool is_here(const Address& ip) {
    if (ip.is_loopback()) return true;
    const auto local = net::local_addresses();
    return local && std::ranges::find(*local, ip) != local->end();
}

/// Without a configuration that this user may read, there may yet be a monitor on this host.
std::optional<MonitorPlace> monitor_here(const CtlOptions& options) {
    if (!options.config.path.empty()) return std::nullopt;
    const std::string socket = default_control_socket(options.config.cluster);
    if (::access(socket.c_str(), F_OK) != 0) return std::nullopt;
    return MonitorPlace{{}, socket, Tls(), socket};
}

}  // namespace

Result<MonitorPlace> find_monitor(const CtlOptions& options) {
    if (!options.monitor.empty()) {
        const auto endpoint = net::parse_control_endpoint(options.monitor, kControlPort);
        if (!endpoint) return fail(endpoint.error().code, "--monitor: " + endpoint.error().message);
        // By what it is known is the configuration's matter all the same, where there is one.
        const std::string path = find_config(options.config, config::Purpose::control).value_or(FoundConfig{}).path;
        const auto file = read_config(path, config::Purpose::control);
        return MonitorPlace{*endpoint, "--monitor", file ? tls_of(*file, path) : Result<Tls>(Tls())};
    }
    // Faults elsewhere in the file don't keep an operator from looking at the cluster.
    constexpr const char* kElse = "\nOr say where the monitor is: --monitor HOST:PORT";
    const auto found = find_config(options.config, config::Purpose::control);
    const auto file = found ? read_config(found->path, config::Purpose::control)
                            : Result<ConfigFile>(tl::make_unexpected(found.error()));
    if (!file) {
        if (auto here = monitor_here(options)) return std::move(*here);
        return fail(file.error().code, file.error().message + kElse);
    }
    const config::Monitor& monitor = file->config.monitor;
    if (monitor.ip.is_unspecified()) {
        return fail(Code::invalid, found->path +
                                       ": [monitor] has no usable ip; check the file with mmm check-config, or say "
                                       "where the monitor is: --monitor HOST:PORT");
    }
    return MonitorPlace{{monitor.ip.text(), monitor.port},
                        found->path,
                        tls_of(*file, found->path),
                        is_here(monitor.ip) ? control_socket_path(file->config) : ""};
}

namespace {

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
        return fail(Code::invalid, fmt::format("what listens at {} (address from {}) isn't a monitor: {}",
                                               place.endpoint.text(), place.said_by, said));
    }
    auto classic = ask_classic(place, words, limits);
    if (!classic) return tl::make_unexpected(classic.error());
    return classic_reply(std::move(*classic));
}

}  // namespace mmm
