#include "cmd/config_mysql_ca.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <set>

#include "cmd/config_secrets.hpp"
#include "net/host/boot_clock.hpp"
#include "net/link/tls.hpp"

namespace mmm {
namespace {

/// Where systems keep the authorities that they trust: Debian, Red Hat (two generations), SUSE, Alpine. The OpenSSL
/// that is linked into the executable knows only where it was built.
constexpr std::array<const char*, 5> kSystemBundles{
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

std::string system_bundle() {
    for (const char* const path : kSystemBundles) {
        if (access(path, R_OK) == 0) return path;
    }
    return {};
}

bool verifies(const config::Host& host) {
    return host.mysql_tls == config::MysqlTls::verify;
}

tl::unexpected<Error> refused(const HostName& host, Error error, std::string_view remedy) {
    error.message = fmt::format("mysql_ca of host {}: {}; {}", host, error.message, remedy);
    return tl::make_unexpected(std::move(error));
}

}  // namespace

Result<void> find_mysql_authorities(config::Config& config, const std::string& config_path) {
    for (auto& [name, host] : config.hosts) {
        if (!verifies(host)) continue;
        const std::string path = host.mysql_ca.empty() ? system_bundle() : absolute_beside(config_path, host.mysql_ca);
        if (path.empty())
            return refused(name, {Code::not_found, "the system's authorities aren't in any of the usual places", 0},
                           "install ca-certificates, or name the authority's certificate with mysql_ca");
        if (const auto first = net::read_certificate(path); !first)
            return refused(name, first.error(),
                           "put the authority's certificate there (PEM), readable for this program");
        host.mysql_ca = path;
    }
    return {};
}

std::vector<config::Finding> mysql_ca_findings(const config::Config& config, const config::Where& where,
                                               const std::string& config_path) {
    std::vector<config::Finding> findings;
    std::set<std::string> seen;
    for (const auto& [name, host] : config.hosts) {
        const std::string path = beside(config_path, host.mysql_ca);
        if (!verifies(host) || host.mysql_ca.empty() || !seen.insert(path).second) continue;
        const auto place = where.at(fmt::format("host.{}.mysql_ca", name));
        const auto first = net::read_certificate(path);
        if (!first) {
            if (!is_for_others(first.error()))
                findings.push_back({config::Severity::fault, place, first.error().message,
                                    "name the file with the certificate of the authority that signed the server's"});
            continue;
        }
        const std::chrono::sys_seconds now(net::wall_now().since_epoch);
        if (first->ends - now < net::kCertificateEndsSoon)
            findings.push_back({config::Severity::doubt, place,
                                fmt::format("the authority '{}' in {} {} on {}", first->subject, path,
                                            first->ends <= now ? "has expired" : "ends", net::utc_text(first->ends)),
                                "add its successor to the file before, and restart; nothing that it signed is valid "
                                "after that"});
    }
    return findings;
}

}  // namespace mmm
