#include "cmd/config_include.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cmd/config_secrets.hpp"
#include "core/config/loaded.hpp"
#include "core/config/text.hpp"
#include "net/host/read_file.hpp"

namespace mmm {
namespace {

/// `/etc/mysql-mmm/./mmm_common.conf` and `/etc/mysql-mmm/mmm_common.conf` are one file.
std::string normal(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
}

}  // namespace

Result<std::string> ConfigFiles::read(const std::string& path) {
    auto file = net::open_regular_file(path);
    if (!file) return tl::make_unexpected(file.error());
    auto text = net::read_all(*file, path, config::kMostFileBytes);
    if (text) opened_.push_back({path, std::move(*file)});
    return text;
}

Result<config::IncludedFile> ConfigFiles::include(const std::string& name, const std::string& from_file) {
    std::vector<std::string> places{beside(from_file, name)};
    std::string searched;
    if (!name.starts_with('/')) {
        const auto slash = from_file.rfind('/');
        searched = slash == std::string::npos ? "." : from_file.substr(0, std::max<std::size_t>(slash, 1));
        for (const auto& folder : folders_) {
            places.push_back(fmt::format("{}/{}", folder, name));
            if (folder != searched.substr(0, searched.find(','))) searched += ", " + folder;
        }
    }
    for (const auto& place : places) {
        for (const std::string& path : {place, place.ends_with(".conf") ? std::string() : place + ".conf"}) {
            if (path.empty()) continue;
            const std::string tidy = normal(path);
            auto text = read(tidy);
            if (text) return config::IncludedFile{tidy, std::move(*text)};
            if (text.error().code != Code::not_found) return tl::make_unexpected(text.error());
        }
    }
    return fail(Code::not_found,
                fmt::format("there is no file {}{}", config::shown(name), searched.empty() ? "" : " in " + searched));
}

}  // namespace mmm
