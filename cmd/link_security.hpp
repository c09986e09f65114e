#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "net/host/log.hpp"
#include "net/link/tls.hpp"

namespace mmm {

/// What a link is encrypted with, and known by; nothing: plain text.
using Tls = std::shared_ptr<const net::TlsContext>;

// One for each end of each kind of link. The keys of `config` were read, and its paths are absolute.
// Errors: certificate files that can't be used, with the key of the configuration and the remedy; Code::io.

Result<Tls> agent_port_tls(const config::Config& config, const HostName& self);
Result<Tls> agent_link_tls(const config::Config& config, const HostName& host);
Result<Tls> control_port_tls(const config::Config& config);
Result<Tls> control_link_tls(const config::Config& config);

/// What a monitor needs.
struct MonitorTls {
    Tls control;
    std::map<HostName, Tls> agents;
};
/// Errors: as above.
Result<MonitorTls> monitor_tls(const config::Config& config);

/// The names of what is in force, for people: `key second, also first`, `certificate /CN=db1 until 2027-01-31 …`.
std::string security_text(const config::Security& security, const Tls& tls);

/// Logs by what this program's links are known and encrypted: `tls` is one of its contexts. Where nothing is, that is a
/// warning unless the configuration says it explicitly.
void tell_security(const config::Config& config, const Tls& tls, net::Logger& log);

}  // namespace mmm
