#include "cmd/endpoints.hpp"

namespace mmm {
namespace {

net::mysql::Endpoint endpoint(const config::Host& host, const config::Account& account) {
    net::mysql::Endpoint endpoint;
    endpoint.host = host.ip.text();
    endpoint.port = host.mysql_port;
    endpoint.user = account.user;
    endpoint.password = account.password;
    endpoint.channel = host.replication_channel;
    return endpoint;
}

}  // namespace

net::mysql::Endpoint monitor_endpoint(const config::Host& host) {
    return endpoint(host, host.monitor);
}

net::mysql::Endpoint replication_endpoint(const config::Host& host) {
    return endpoint(host, host.replication);
}

net::mysql::Endpoint agent_endpoint(const config::Host& host) {
    auto local = endpoint(host, host.agent);
    local.unix_socket = host.mysql_socket;
    return local;
}

}  // namespace mmm
