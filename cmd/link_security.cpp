#include "cmd/link_security.hpp"

#include <fmt/format.h>

#include "core/lease/settings.hpp"

namespace mmm {
namespace {

/// Names of certificates that aren't a host's.
constexpr const char* kOperator = "operator";
constexpr const char* kReader = "reader";

std::string agent_purpose(const HostName& host) {
    return "agent " + host;
}
constexpr const char* kControlPurpose = "control";

Result<Tls> made(const config::Config& config, const std::string& purpose, bool with_readers,
                 const net::TlsNames& names) {
    const config::Security& security = config.security;
    if (security.has_certificates()) return net::TlsContext::of_certificates(security, names);
    if (!security.keys.empty() || !security.read_keys.empty())
        return net::TlsContext::of_keys(
            {purpose, security.keys, with_readers ? security.read_keys : std::vector<ClusterKey>{}});
    if (config.socket.type == config::SocketType::ssl) return net::TlsContext::load(config.socket);
    return Tls();
}

}  // namespace

Result<Tls> agent_port_tls(const config::Config& config, const HostName& self) {
    return made(config, agent_purpose(self), false, {{lease::kMonitor}, {}});
}

Result<Tls> agent_link_tls(const config::Config& config, const HostName& host) {
    return made(config, agent_purpose(host), false, {{host}, {}});
}

Result<Tls> control_port_tls(const config::Config& config) {
    net::TlsNames names{{lease::kMonitor, kOperator}, {kReader}};
    for (const auto& [name, host] : config.hosts) names.commanding.push_back(name);
    return made(config, kControlPurpose, true, names);
}

Result<Tls> control_link_tls(const config::Config& config) {
    return made(config, kControlPurpose, true, {{lease::kMonitor}, {}});
}

Result<MonitorTls> monitor_tls(const config::Config& config) {
    MonitorTls out;
    auto control = control_port_tls(config);
    if (!control) return tl::make_unexpected(control.error());
    out.control = std::move(*control);
    for (const auto& [name, host] : config.hosts) {
        auto link = agent_link_tls(config, name);
        if (!link) return tl::make_unexpected(link.error());
        out.agents[name] = std::move(*link);
    }
    return out;
}

std::string security_text(const config::Security& security, const Tls& tls) {
    if (!tls) return "plain text";
    std::string text;
    if (const auto& own = tls->own())
        text = fmt::format("certificate {} until {}", own->subject, net::utc_text(own->ends));
    const auto add = [&](const std::string& word, const std::string& name) {
        text += (text.empty() ? "" : ", ") + word + " " + name;
    };
    for (const auto& key : security.keys) add(&key == &security.keys.front() ? "key" : "also", key.name);
    for (const auto& key : security.read_keys) add("for looking", key.name);
    return text;
}

void tell_security(const config::Config& config, const Tls& tls, net::Logger& log) {
    if (!tls) {
        if (config.security.plain) {
            log.info("links are plain text, as the configuration says");
        } else {
            log.warning("links are plain text: whoever comes from a configured host's address is obeyed",
                        {{"remedy", "mmm keygen, and [security] key_file"}});
        }
        return;
    }
    if (const auto& own = tls->own()) {
        log.info("links are encrypted",
                 {{"certificate", own->subject}, {"issuer", own->issuer}, {"ends", net::utc_text(own->ends)}});
        return;
    }
    const auto& keys = config.security.keys;
    log.info("links are encrypted", {{"key", keys.front().name}, {"also_taken", keys.size() > 1 ? keys[1].name : ""}});
}

}  // namespace mmm
