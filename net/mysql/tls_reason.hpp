#pragma once

#include <string>

#include "net/mysql/endpoint.hpp"
#include "net/mysql/session.hpp"

namespace mmm::net::mysql {

/// Why a server that has to offer TLS and doesn't isn't talked to, and what to do.
std::string no_tls(const Endpoint& endpoint);

/// What a failed login has to do with TLS, for people and with what to do. Empty: nothing, or the connection broke
/// meanwhile.
std::string tls_reason(const Endpoint& endpoint, const Answer& answer);

}  // namespace mmm::net::mysql
