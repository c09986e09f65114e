#include "core/config/render.hpp"

#include <fmt/format.h>

#include "core/config/keys.hpp"
#include "core/config/validate.hpp"

namespace mmm::config {

namespace {

/// A name as a TOML key: bare where that is possible.
std::string toml_key(const std::string& name) {
    const bool bare = is_name(name) && name.find('.') == std::string::npos;
    return bare ? name : quoted(name);
}

/// The section's lines. What is empty was never written and isn't now. Takes a copy, as fields point into it.
template <class Section>
std::string lines(Section section, Secrets secrets, std::string_view without = {}) {
    std::string out;
    for (const auto& key : keys<Section>()) {
        if (key.field == nullptr || key.name == without) continue;
        std::string value = toml_text(key.field(section));
        if (value == "\"\"" || value == "[]") continue;
        if (key.trait == Trait::secret && secrets == Secrets::hidden) value = quoted("***");
        out += fmt::format("{} = {}\n", key.name, value);
    }
    return out;
}

}  // namespace

std::string render(const Config& config, Secrets secrets) {
    std::string out = lines(config, secrets);
    out += "\n[monitor]\n" + lines(config.monitor, secrets);
    out += "\n[quorum]\n" + lines(config.quorum, secrets);
    out += "\n[socket]\n" + lines(config.socket, secrets);
    if (const auto security = lines(config.security, secrets); !security.empty()) out += "\n[security]\n" + security;
    for (const auto& [name, host] : config.hosts)
        out += fmt::format("\n[host.{}]\n{}", toml_key(name), lines(host, secrets));
    for (const auto& [name, role] : config.roles)
        out += fmt::format("\n[role.{}]\n{}", toml_key(name), lines(role, secrets));
    for (const auto& [kind, check] : config.checks)
        out += fmt::format("\n[check.{}]\n{}", word(kind),
                           lines(check, secrets, kind == CheckKind::rep_backlog ? "" : "max_backlog"));
    return out;
}

}  // namespace mmm::config
