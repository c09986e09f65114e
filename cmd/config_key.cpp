#include "cmd/config_key.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "cmd/config_secrets.hpp"
#include "core/model/cluster_key.hpp"
#include "net/host/secret_file.hpp"

namespace mmm {

Result<std::vector<ClusterKey>> read_key_file(const std::string& path) {
    const auto text = net::read_secret(path);
    if (!text) return tl::make_unexpected(text.error());
    auto keys = parse_key_file(*text);
    if (!keys) return fail(keys.error().code, fmt::format("{}: {}", path, keys.error().message));
    return keys;
}

Result<void> read_cluster_keys(config::Config& config, const std::string& config_path) {
    config::Security& security = config.security;
    if (security.key_file.empty()) return {};
    const std::string path = beside(config_path, security.key_file);
    auto keys = read_key_file(path);
    if (!keys) {
        Error error = keys.error();
        error.message = "[security] key_file: " + error.message;
        if (error.code == Code::not_found)
            error.message += "; make a key by `mmm keygen` and put it there, the same on all hosts";
        return tl::make_unexpected(std::move(error));
    }
    security.keys = std::move(*keys);
    std::error_code failed;
    const auto whole = std::filesystem::absolute(path, failed);
    if (!failed) security.key_file = whole.string();
    return {};
}

}  // namespace mmm
