#include "cmd/config_secrets.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>

#include "net/host/secret_file.hpp"
#include "net/host/service_manager.hpp"

namespace mmm {
namespace {

Result<void> fill_in(config::Account& account, std::string_view kind, const HostName& host,
                     const std::string& config_path) {
    if (account.password_file.empty() && account.password_credential.empty()) return {};
    const bool from_file = !account.password_file.empty();
    auto secret = from_file ? net::read_secret(beside(config_path, account.password_file))
                            : net::read_credential(account.password_credential);
    if (secret) {
        account.password = std::move(*secret);
        return {};
    }
    Error error = secret.error();
    error.message =
        fmt::format("{}_password_{} of host {}: {}", kind, from_file ? "file" : "credential", host, error.message);
    if (from_file && error.code == Code::not_found) error.message += "; write the password there, in one line";
    return tl::make_unexpected(std::move(error));
}

}  // namespace

std::string beside(const std::string& config_path, const std::string& path) {
    const auto slash = config_path.rfind('/');
    if (path.starts_with('/') || slash == std::string::npos) return path;
    return config_path.substr(0, slash + 1) + path;
}

std::string absolute_beside(const std::string& config_path, const std::string& path) {
    const std::string here = beside(config_path, path);
    std::error_code failed;
    const auto whole = std::filesystem::absolute(here, failed);
    return failed ? here : whole.string();
}

bool is_for_others(const Error& error) {
    return error.code == Code::not_found || error.detail == EACCES || error.detail == EPERM;
}

Result<void> read_monitor_secrets(config::Config& config, const std::string& config_path) {
    for (auto& [name, host] : config.hosts) {
        if (auto done = fill_in(host.monitor, "monitor", name, config_path); !done) return done;
    }
    return {};
}

Result<void> read_agent_secrets(config::Config& config, const std::string& config_path, const HostName& self) {
    for (auto& [name, host] : config.hosts) {
        if (auto done = fill_in(host.replication, "replication", name, config_path); !done) return done;
        if (name != self) continue;
        if (auto done = fill_in(host.agent, "agent", name, config_path); !done) return done;
    }
    return {};
}

}  // namespace mmm
