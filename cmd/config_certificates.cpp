#include "cmd/config_certificates.hpp"

#include "cmd/config_secrets.hpp"
#include "core/config/security_files.hpp"
#include "net/link/tls.hpp"

namespace mmm {
std::vector<config::Finding> certificate_findings(const config::Config& config, const std::string& config_path,
                                                  const config::Where& where) {
    std::vector<net::TlsFinding> found;
    if (config.socket.type == config::SocketType::ssl) found = net::examine_tls_files(config.socket);
    if (config.security.has_certificates()) {
        config::Security security = config.security;
        for (const auto& file : config::kCertificateFiles) {
            std::string& path = security.*file.path;
            path = beside(config_path, path);
        }
        found = net::examine_tls_files(security);
    }
    std::vector<config::Finding> findings;
    for (const auto& each : found) {
        if (is_for_others(each.error)) continue;
        findings.push_back({each.doubt ? config::Severity::doubt : config::Severity::fault,
                            where.at(each.section + "." + each.key), each.error.message, each.remedy});
    }
    return findings;
}

}  // namespace mmm
