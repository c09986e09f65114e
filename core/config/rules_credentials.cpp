// Database users: each host needs three, each with exactly one source of its password.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/rules.hpp"
#include "core/config/validate.hpp"

namespace mmm::config {

namespace {

struct Kind {
    std::string_view name;
    const Account Host::*account;
    std::string_view purpose;
    bool Needs::*needed;
};

constexpr std::array<Kind, 3> kKinds{{{"agent", &Host::agent, "the agent's", &Needs::agent_users},
                                      {"monitor", &Host::monitor, "the monitor's", &Needs::monitor_users},
                                      {"replication", &Host::replication, "the replicas'", &Needs::replication_users}}};

constexpr std::array<std::string_view, 3> kSources{"password", "password_file", "password_credential"};

std::string_view value(const Account& account, std::size_t source) {
    return source == 0 ? account.password : source == 1 ? account.password_file : account.password_credential;
}

/// Hosts that lack the same thing, told in one finding: usually it belongs into their common defaults.
struct Lacking {
    std::vector<HostName> hosts;

    void report(Rules& rules, const std::string& what, const std::string& remedy) const {
        if (hosts.empty()) return;
        std::string names;
        for (std::size_t i = 0; i < hosts.size(); ++i)
            names += (i == 0 ? "" : i + 1 == hosts.size() ? " and " : ", ") + hosts[i];
        const bool one = hosts.size() == 1;
        const bool shared = !one && rules.where.wrote("defaults.host");
        rules.fault(shared ? "defaults.host" : "host." + hosts.front(),
                    fmt::format("{} {} no {}", names, one ? "has" : "have", what),
                    fmt::format("{} to {}", remedy, rules.section(one ? "host." + hosts.front() : "defaults.host")));
    }
};

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

void check_account(Rules& rules, const Host& host, const Kind& kind) {
    const Account& account = host.*kind.account;
    const auto fault = [&](const std::string& key, std::string_view what, const std::string& remedy) {
        rules.fault(fmt::format("{}.{}", Rules::path(host), key),
                    fmt::format("\"{}\" of {} {}", key, rules.holder(host, key), what), remedy);
    };
    const std::string prefix = fmt::format("{}_", kind.name);
    if (has_control_characters(account.user) || account.user.size() > 128)
        fault(prefix + "user", "can't be a database user", "write 1 to 128 printable characters");
    if (has_control_characters(account.password))
        fault(prefix + "password", "has control characters", "write printable characters only");
    if (!account.password_credential.empty() && !is_name(account.password_credential))
        fault(prefix + "password_credential", "isn't the name of a credential",
              "write the name that the unit's LoadCredential= has, without a path");
    std::string given;
    for (std::size_t source = 0; source < kSources.size(); ++source) {
        if (value(account, source).empty()) continue;
        const std::string key = prefix + std::string(kSources[source]);
        if (!given.empty()) fault(key, "is given besides " + given, "leave one of them");
        given = key;
    }
}

/// Also true when the file has a source that the reader refused.
bool has_source(const Rules& rules, const Host& host, const Kind& kind) {
    for (std::size_t source = 0; source < kSources.size(); ++source) {
        const auto path = fmt::format("{}.{}_{}", Rules::path(host), kind.name, kSources[source]);
        if (!value(host.*kind.account, source).empty() || rules.where.refused(path)) return true;
    }
    return false;
}

}  // namespace

void check_credentials(Rules& rules) {
    for (const auto& kind : kKinds) {
        Lacking user, password;
        for (const auto& [name, host] : rules.config.hosts) {
            check_account(rules, host, kind);
            const bool user_refused = rules.where.refused(fmt::format("{}.{}_user", Rules::path(host), kind.name));
            if ((host.*kind.account).user.empty() && !user_refused) user.hosts.push_back(name);
            if (!has_source(rules, host, kind)) password.hosts.push_back(name);
        }
        if (!(rules.needs.*kind.needed)) continue;
        user.report(rules, fmt::format("{}_user, {} database user", kind.name, kind.purpose),
                    "add " + rules.setting(fmt::format("{}_user", kind.name), "NAME"));
        password.report(
            rules, fmt::format("password for the {} user", kind.name),
            rules.where.format() == Format::toml
                ? fmt::format("add {0}_password_file = \"FILE\", {0}_password_credential or {0}_password", kind.name)
                : "add " + rules.setting(fmt::format("{}_password", kind.name), "PASSWORD"));
    }
}

}  // namespace mmm::config
