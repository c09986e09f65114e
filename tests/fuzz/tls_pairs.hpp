#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/link/tls.hpp"

namespace mmm::fuzz {

using TlsPointer = std::shared_ptr<const net::TlsContext>;

/// Two ends that may meet, and what may come of it. An end that isn't ours is an impostor: it believes anybody.
struct TlsPair {
    std::string name;
    TlsPointer server;
    TlsPointer client;
    std::optional<net::TlsPeer> client_seen;  ///< by the server, which admits it so; nothing: never
    std::optional<net::TlsPeer> server_seen;  ///< likewise
    bool server_first = false;                ///< it is done before the client is: TLS 1.2
};

/// The same each time. The certificates' files are gone when it returns.
std::vector<TlsPair> tls_pairs();

}  // namespace mmm::fuzz
