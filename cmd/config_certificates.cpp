#include "cmd/config_certificates.hpp"

#include <cerrno>

#include "net/link/tls.hpp"

namespace mmm {
namespace {

bool not_for_us(const Error& error) {
    return error.code == Code::not_found || error.detail == EACCES || error.detail == EPERM;
}

}  // namespace

std::vector<config::Finding> certificate_findings(const config::Socket& socket, const config::Where& where) {
    std::vector<config::Finding> findings;
    if (socket.type == config::SocketType::plain) return findings;
    for (const auto& found : net::examine_tls_files(socket)) {
        if (not_for_us(found.error)) continue;
        findings.push_back({found.doubt ? config::Severity::doubt : config::Severity::fault,
                            where.at("socket." + found.key), found.error.message, found.remedy});
    }
    return findings;
}

}  // namespace mmm
