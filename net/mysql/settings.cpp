#include "net/mysql/settings.hpp"

namespace mmm::net::mysql {

Result<ServerSettings> read_settings(Connection& connection, const ReplicationStatus& status, Time deadline) {
    const auto rows = connection.query(show_settings(), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    const Server& server = connection.server();
    ServerSettings settings;
    settings.version = server.text();
    settings.series = static_cast<std::uint32_t>(server.version / 100);
    settings.mariadb = server.is_mariadb();
    settings.filters = status.filters;
    settings.tls_to_source = status.tls;
    settings.checks_source = status.tls && status.tls_verify;
    for (const auto& row : rows->values) {
        if (row.size() > 1 && row[0]) settings.variables[*row[0]] = row[1].value_or("");
    }
    return settings;
}

}  // namespace mmm::net::mysql
