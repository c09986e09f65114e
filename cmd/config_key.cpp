#include "cmd/config_key.hpp"

#include <fmt/format.h>

#include <utility>

#include "cmd/config_secrets.hpp"
#include "core/config/security_files.hpp"
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

namespace {

/// The keys in a file, whose path becomes absolute; none when there is no file to be read.
Result<std::vector<ClusterKey>> keys_of(std::string& file, const char* key, const std::string& config_path) {
    if (file.empty()) return std::vector<ClusterKey>{};
    const std::string path = absolute_beside(config_path, file);
    auto keys = read_key_file(path);
    if (!keys) {
        Error error = keys.error();
        error.message = fmt::format("[security] {}: {}", key, error.message);
        if (error.code == Code::not_found)
            error.message += "; make a key by `mmm keygen` and put it there, the same on all hosts";
        return tl::make_unexpected(std::move(error));
    }
    file = path;
    return keys;
}

}  // namespace

Result<void> read_cluster_keys(config::Config& config, const std::string& config_path, KeyUse use) {
    config::Security security = config.security;
    for (const auto& file : config::kCertificateFiles) {
        std::string& path = security.*file.path;
        if (!path.empty()) path = absolute_beside(config_path, path);
    }
    // mmm ctl says nothing by datagram, so that beside certificates it needs no key.
    if (use == KeyUse::ask && security.has_certificates()) security.key_file.clear();
    auto keys = keys_of(security.key_file, "key_file", config_path);
    auto read_keys = use == KeyUse::link ? Result<std::vector<ClusterKey>>(std::vector<ClusterKey>{})
                                         : keys_of(security.read_key_file, "read_key_file", config_path);
    const bool may_look = use == KeyUse::ask && read_keys && !read_keys->empty();
    if (!keys && !may_look) return tl::make_unexpected(keys.error());
    if (!read_keys && use == KeyUse::control) return tl::make_unexpected(read_keys.error());
    security.keys = keys ? std::move(*keys) : std::vector<ClusterKey>{};
    security.read_keys = read_keys ? std::move(*read_keys) : std::vector<ClusterKey>{};
    config.security = std::move(security);
    return {};
}

}  // namespace mmm
