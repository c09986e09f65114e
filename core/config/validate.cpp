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
    fault(path, fmt::format("{} is a relative path, {}", subject, value),
          where.format() == Format::toml ? "write it from the root on, \"/...\"" : "write it from the root on, /...");
}

std::string Rules::holder(const Host& host, const std::string& key) const {
    const bool shared = !where.wrote(path(host) + "." + key) && where.wrote("defaults.host." + key);
    return shared ? section("defaults.host") : section(host);
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
    return near.empty() ? "add " + section("host." + name) : fmt::format("did you mean \"{}\"?", near);
}

bool is_name(std::string_view text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !text.empty() && text.size() <= 64 && text.find_first_not_of(kLetters) == std::string_view::npos;
}

Needs needs_of(Format format, Purpose purpose) {
    if (format == Format::toml) return {};
    const bool agent = purpose == Purpose::agent;
    const bool monitor = purpose == Purpose::monitor;
    return {.monitor = monitor,
            .monitor_place = monitor || purpose == Purpose::control,
            .cluster = purpose != Purpose::control,
            .agent_users = agent,
            .monitor_users = monitor,
            .replication_users = agent,
            .self = agent};
}

namespace {

/// So many names and addresses no cluster has; the rules compare each with each.
constexpr std::size_t kMostEntries = 4000;

std::size_t entries(const Config& config) {
    std::size_t count = config.hosts.size() + config.roles.size() + config.monitor.ping_ips.size();
    for (const auto& [name, role] : config.roles) count += role.hosts.size() + role.ips.size();
    return count;
}

}  // namespace

std::vector<Finding> validate(const Config& config, const Where& where, Purpose purpose) {
    Rules rules(config, where, purpose);
    if (const auto count = entries(config); count > kMostEntries) {
        rules.fault("", fmt::format("there are {} hosts, roles and addresses", count),
                    fmt::format("one cluster has at most {} hosts and {} addresses", kMostHosts, kMostSlots));
        return std::move(rules.findings);
    }
    for (const auto rule :
         {check_names, check_hosts, check_peers, check_roles, check_writer_role, check_addresses, check_networks,
          check_monitor, check_quorum, check_socket, check_security, check_checks, check_credentials}) {
        const bool for_all = rule == check_monitor || rule == check_socket || rule == check_security;
        if (rules.needs.cluster || for_all) rule(rules);
    }
    return std::move(rules.findings);
}

Purpose purpose_of(const Loaded& loaded) {
    if (loaded.where.format() == Format::toml) return Purpose::any;
    if (loaded.where.wrote("this")) return Purpose::agent;
    return loaded.where.wrote("monitor") ? Purpose::monitor : Purpose::any;
}

std::vector<Finding> all_findings(const Loaded& loaded, Purpose purpose) {
    auto findings = loaded.findings;
    if (loaded.complete) {
        auto more = validate(loaded.config, loaded.where, purpose);
        findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    sort_by_place(findings);
    return findings;
}

}  // namespace mmm::config
