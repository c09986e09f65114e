#pragma once

#include <cstdint>
#include <string>

namespace mmm::net::mysql {

/// How far a connection insists on TLS.
enum class TlsMode {
    off,        ///< plain text
    preferred,  ///< TLS if the server offers it, its certificate isn't looked at
    required,   ///< nothing is sent without TLS; an active attacker can still pose as the server
    verify,     ///< also the certificate must be valid for the host; the login isn't sent otherwise
};

/// Where a server listens and how to log in.
struct Endpoint {
    std::string host;  ///< a numeric address: names are never looked up
    std::uint16_t port = 3306;
    std::string unix_socket;  ///< when set, used instead of host and port, without TLS
    std::string user;
    std::string password;
    TlsMode tls = TlsMode::off;
    std::string ca_file;          ///< for TlsMode::verify, which needs it
    bool get_public_key = false;  ///< a login without TLS may encrypt the password by a key that the server gives
    std::string channel;  ///< the replication channel that statements and status are about; empty: the default one

    /// For messages: "192.168.10.11:3306", "[2001:db8::1]:3306" or the socket's path. Never the password.
    [[nodiscard]] std::string text() const {
        if (!unix_socket.empty()) return unix_socket;
        const bool v6 = host.find(':') != std::string::npos;
        return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }
};

}  // namespace mmm::net::mysql
