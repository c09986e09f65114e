#include "cmd/monitor_place.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cmd/config_file.hpp"
#include "cmd/config_key.hpp"
#include "cmd/control_port.hpp"
#include "net/host/addresses.hpp"

namespace mmm {
namespace {

constexpr std::uint16_t kControlPort = 9988;

std::string remedy_of(Code code) {
    if (code == Code::permission)
        return "\nRun it as a user who may read that file, or on the monitor's host: sudo mmm ctl ...";
    if (code == Code::not_found) return "\nThis host needs that file as well; or run mmm ctl on a host that has it.";
    return "";
}

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

std::string MonitorPlace::text() const {
    return endpoint.host.empty() ? local : endpoint.text();
}

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

}  // namespace mmm
