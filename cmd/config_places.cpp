#include "cmd/config_places.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mmm {
namespace {

using config::Purpose;

/// Source: MMM 2.2's configuration files.
constexpr std::array<const char*, 3> kClassicFolders{"/etc", "/etc/mmm", "/etc/mysql-mmm"};
constexpr std::size_t kLongestCluster = 64;

bool is_cluster_name(std::string_view name) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= kLongestCluster && letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter_or_digit(c) || c == '_' || c == '-' || c == '.'; });
}

/// A folder that we may not look into may hold the file: then reading it says so, and no other is taken instead.
bool may_exist(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/// Names of the classic file for a program, the likeliest first.
std::vector<std::string> classic_names(Purpose purpose, const std::string& cluster) {
    const std::string suffix = (cluster.empty() ? "" : "_" + cluster) + ".conf";
    if (purpose == Purpose::agent) return {"mmm_agent" + suffix};
    if (purpose == Purpose::any) return {"mmm_mon" + suffix, "mmm_agent" + suffix};
    return {"mmm_mon" + suffix};
}

std::vector<std::string> existing(const std::vector<std::string>& places) {
    std::vector<std::string> result;
    std::copy_if(places.begin(), places.end(), std::back_inserter(result), may_exist);
    return result;
}

FoundConfig named(const std::string& path, const std::string& root) {
    std::vector<std::string> places{path};
    const bool suffixed = path.ends_with(".conf");
    if (!suffixed) places.push_back(path + ".conf");
    if (path.find('/') == std::string::npos) {
        for (const char* folder : kClassicFolders)
            places.push_back(fmt::format("{}{}/{}{}", root, folder, path, suffixed ? "" : ".conf"));
    }
    const auto found = existing(places);
    return {found.empty() ? path : found.front(), std::nullopt};
}

config::Finding passed_over(const std::string& taken, const std::string& other) {
    return {config::Severity::doubt,
            {taken, 0, 0},
            fmt::format("{} exists too and is not read", other),
            fmt::format("move it away when this one is complete, or name it: --config {}", other)};
}

}  // namespace

Result<std::string> take_cluster(std::vector<std::string>& arguments) {
    const auto is_cluster = [](const std::string& word) { return word.starts_with('@'); };
    const auto at = std::find_if(arguments.begin(), arguments.end(), is_cluster);
    if (at == arguments.end()) return std::string();
    const std::string name = at->substr(1);
    arguments.erase(at);
    if (std::any_of(arguments.begin(), arguments.end(), is_cluster))
        return fail(Code::invalid, "only one cluster at a time: a second '@NAME' was given");
    if (!is_cluster_name(name))
        return fail(Code::invalid, fmt::format("'@' must be followed by a cluster's name: letters, digits, '_', '-' "
                                               "and '.', at most {} of them, as in @shop",
                                               kLongestCluster));
    return name;
}

std::vector<std::string> config_places(Purpose purpose, const std::string& cluster, const std::string& root) {
    std::vector<std::string> places{fmt::format("{}/etc/mmm/{}.toml", root, cluster.empty() ? "mmm" : cluster)};
    for (const auto& name : classic_names(purpose, cluster)) {
        for (const char* folder : kClassicFolders) places.push_back(fmt::format("{}{}/{}", root, folder, name));
    }
    return places;
}

Result<FoundConfig> find_config(const ConfigChoice& choice, Purpose purpose, const std::string& root) {
    if (!choice.path.empty() && !choice.cluster.empty())
        return fail(Code::invalid, fmt::format("--config {} and @{} both name a configuration; leave one out",
                                               choice.path, choice.cluster));
    if (!choice.path.empty()) return named(choice.path, root);
    const auto places = config_places(purpose, choice.cluster, root);
    const auto found = existing(places);
    if (found.empty()) {
        std::string list;
        for (const auto& place : places) list += "\n  " + place;
        return fail(Code::not_found, "there is no configuration in any of the usual places:" + list +
                                         "\nWrite one, or name it with --config FILE");
    }
    FoundConfig result{found.front(), std::nullopt};
    // Of several classic files the first counts, as it always did; of two formats the reader may expect either.
    if (result.path == places.front() && found.size() > 1) result.doubt = passed_over(found.front(), found[1]);
    return result;
}

}  // namespace mmm
