#include "cmd/endpoints.hpp"

namespace mmm {
namespace {

net::mysql::TlsMode tls_mode(config::MysqlTls tls) {
    switch (tls) {
        case config::MysqlTls::off:
            return net::mysql::TlsMode::off;
        case config::MysqlTls::preferred:
            return net::mysql::TlsMode::preferred;
        case config::MysqlTls::required:
            return net::mysql::TlsMode::required;
        case config::MysqlTls::verify:
            break;
    }
    return net::mysql::TlsMode::verify;
}

net::mysql::Endpoint endpoint(const config::Host& host, const config::Account& account) {
    net::mysql::Endpoint endpoint;
    endpoint.host = host.ip.text();
    endpoint.port = host.mysql_port;
    endpoint.user = account.user;
    endpoint.password = account.password;
    endpoint.channel = host.replication_channel;
    endpoint.tls = tls_mode(host.mysql_tls);
    endpoint.ca_file = host.mysql_ca;
    endpoint.get_public_key = host.mysql_get_public_key;
    return endpoint;
}

}  // namespace

net::mysql::Endpoint monitor_endpoint(const config::Host& host) {
    return endpoint(host, host.monitor);
}

net::mysql::Endpoint replication_endpoint(const config::Host& host) {
    return endpoint(host, host.replication);
}

net::mysql::Source replication_source(const config::Host& host, net::mysql::GtidStart start) {
    net::mysql::Source source{host.ip.text(), host.mysql_port, host.replication.user, host.replication.password, start};
    source.tls = tls_mode(host.mysql_tls);
    source.ca_file = host.mysql_ca;
    source.get_public_key = host.mysql_get_public_key;
    return source;
}

net::mysql::Endpoint agent_endpoint(const config::Host& host) {
    auto local = endpoint(host, host.agent);
    local.unix_socket = host.mysql_socket;
    return local;
}

}  // namespace mmm
