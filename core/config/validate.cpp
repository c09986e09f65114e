#include "core/config/validate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/nearest.hpp"
#include "core/config/rules.hpp"

namespace mmm::config {

void Rules::add(Finding finding) {
    if (told_.emplace(finding.where, finding.message).second) findings.push_back(std::move(finding));
}

void Rules::fault(const std::string& path, std::string message, std::string remedy) {
    add({Severity::fault, where.at(path), std::move(message), std::move(remedy)});
}

void Rules::doubt(const std::string& path, std::string message, std::string remedy) {
    add({Severity::doubt, where.at(path), std::move(message), std::move(remedy)});
}

void Rules::must_be_absolute(const std::string& path, std::string_view subject, const std::string& value) {
    if (value.empty() || value.starts_with('/')) return;
    fault(path, fmt::format("{} is a relative path, {}", subject, value), "write it from the root on, \"/...\"");
}

std::string Rules::holder(const Host& host, const std::string& key) const {
    const bool shared = !where.wrote(path(host) + "." + key) && where.wrote("defaults.host." + key);
    return shared ? "[defaults.host]" : fmt::format("[host.{}]", host.name);
}

std::string Rules::path(const Role& role, std::string_view list, std::size_t index) {
    return fmt::format("role.{}.{}[{}]", role.name, list, index);
}

std::string Rules::see(const std::string& path) const {
    const auto place = where.at(path);
    return place.line == 0 ? std::string() : fmt::format(" ({}:{})", place.file, place.line);
}

std::string Rules::unknown_host_remedy(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& [host, section] : config.hosts) names.push_back(host);
    const std::string near = nearest(name, names);
    return near.empty() ? fmt::format("add [host.{}]", name) : fmt::format("did you mean \"{}\"?", near);
}

bool is_name(std::string_view text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !text.empty() && text.size() <= 64 && text.find_first_not_of(kLetters) == std::string_view::npos;
}

std::vector<Finding> validate(const Config& config, const Where& where) {
    Rules rules(config, where);
    for (const auto rule : {check_names, check_hosts, check_peers, check_roles, check_writer_role, check_addresses,
                            check_networks, check_monitor, check_socket, check_checks, check_credentials})
        rule(rules);
    return std::move(rules.findings);
}

std::vector<Finding> all_findings(const Loaded& loaded) {
    auto findings = loaded.findings;
    if (loaded.complete) {
        auto more = validate(loaded.config, loaded.where);
        findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    sort_by_place(findings);
    return findings;
}

}  // namespace mmm::config
