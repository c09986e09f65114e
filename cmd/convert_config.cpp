#include "cmd/convert_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/config_secrets.hpp"
#include "core/config/loaded.hpp"
#include "core/config/render.hpp"
#include "core/config/toml.hpp"
#include "core/config/validate.hpp"

namespace mmm {
namespace {

bool has_passwords(const config::Config& config) {
    return std::any_of(config.hosts.begin(), config.hosts.end(), [](const auto& host) {
        const auto accounts = accounts_of(host.second);
        return std::any_of(accounts.begin(), accounts.end(),
                           [](const auto& each) { return !each.second->password.empty(); });
    });
}

/// A path as it may stand in a comment.
std::string on_one_line(std::string path) {
    std::replace_if(
        path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, '?');
    return path;
}

/// What a classic file leaves unsaid has to be said in TOML.
config::Config spoken_out(config::Config config) {
    if (!config.is_secured()) config.security.plain = true;
    return config;
}

}  // namespace

std::string converted_text(const ConfigFile& file) {
    std::string out = "# Converted by mmm check-config --convert from";
    for (std::size_t i = 0; i < file.paths.size(); ++i)
        out += (i == 0 ? " " : i + 1 == file.paths.size() ? " and " : ", ") + on_one_line(file.paths[i]);
    out += ".\n# Every key is written, also those that have their default.\n";
    return out + config::render(spoken_out(file.config), config::Secrets::shown);
}

std::string convert_note(const ConfigFile& file) {
    std::string out;
    if (has_passwords(file.config))
        out =
            "The output holds the passwords: store it with umask 077, for root alone or with chmod 640 for mmm's "
            "group.\n";
    if (!file.config.is_secured() && !file.config.security.plain)
        out +=
            "The links stay plain text, as they were (plain = true below [security]). To close the ports to others, "
            "make "
            "a key,\nthe same on all hosts: (umask 077; mmm keygen > /etc/mmm/cluster.key), and write key_file = "
            "\"/etc/mmm/cluster.key\"\ninstead.\n";
    // One TOML file serves all programs, so that what another program's classic file says is missing still.
    const auto again = config::read_toml("the output", config::render(spoken_out(file.config), config::Secrets::shown));
    const auto findings = config::all_findings(again);
    if (config::has_fault(findings)) {
        out +=
            "The output isn't complete yet, as one TOML file serves all programs; add from the other classic files:\n";
        for (const auto& finding : findings) {
            if (finding.severity == config::Severity::fault)
                out += fmt::format("  {}; {}\n", finding.message, finding.remedy);
        }
    }
    return out;
}

}  // namespace mmm
