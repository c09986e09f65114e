#pragma once

#include "core/config/config.hpp"
#include "net/mysql/dialect.hpp"
#include "net/mysql/endpoint.hpp"

namespace mmm {

/// How the monitor reaches a host's server.
net::mysql::Endpoint monitor_endpoint(const config::Host& host);
/// How a replica reaches a host's server.
net::mysql::Endpoint replication_endpoint(const config::Host& host);
/// The same as a replica's server is told.
net::mysql::Source replication_source(const config::Host& host, net::mysql::GtidStart start);
/// How the agent reaches its own server: through the socket if there is one in the configuration.
net::mysql::Endpoint agent_endpoint(const config::Host& host);

}  // namespace mmm
