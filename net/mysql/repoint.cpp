#include "net/mysql/repoint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/model/gtid.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/errors.hpp"
#include "net/mysql/replication_threads.hpp"

namespace mmm::net::mysql {

namespace {

/// Is the channel's TLS what the source's host wants?
bool fits(const ReplicationStatus& status, const Source& source) {
    switch (source.tls) {
        case TlsMode::off:
            return !status.tls;
        case TlsMode::required:
            return status.tls;
        case TlsMode::verify:
            return status.tls && status.tls_verify && status.tls_ca == source.ca_file;
        default:
            return true;
    }
}

/// False only if it was seen that TLS with the source doesn't come about.
bool takes_part_in_tls(const Source& source, Time deadline) {
    constexpr Duration kAskTimeout{1000};
    Endpoint endpoint;
    endpoint.host = source.host;
    endpoint.port = source.port;
    endpoint.user = source.user;
    endpoint.password = source.password;
    endpoint.tls = TlsMode::required;
    Connection connection;
    const auto opened = connection.open(endpoint, std::min(deadline, net::boot_now() + kAskTimeout));
    return opened || opened.error().detail != kTlsError;
}

bool points_at(const Server& server, const ReplicationStatus& status, const Source& source) {
    std::string_view wanted = "Auto_Position";
    if (server.is_mariadb()) wanted = source.start == GtidStart::current_pos ? "Current_Pos" : "Slave_Pos";
    return status.configured && status.source_host == source.host && status.source_port == source.port &&
           same_word(status.using_gtid, wanted) && fits(status, source);
}

/// What a stopped MariaDB replica has received and not applied. MySQL keeps such transactions in its own count and asks
/// for them again.
std::string unapplied(const ReplicationStatus& status) {
    const auto received = GtidSet::parse(status.gtid_io_pos);
    const auto applied = GtidSet::parse(status.gtid_slave_pos);
    return received && applied ? missing(*applied, *received) : std::string();
}

/// As the channel has it now; empty if it isn't set up, or if MySQL doesn't let our user see it.
std::string heartbeat_period(Connection& connection, const ReplicationStatus& before, Time deadline) {
    if (!before.configured || connection.server().is_mariadb()) return before.heartbeat_period;
    const auto rows = connection.query(select_heartbeat_period(connection.channel()), deadline);
    return rows && !rows->empty() ? Row(*rows, 0).text("period") : std::string();
}

}  // namespace

Result<Repointed> repoint(Connection& connection, const Source& source, Time deadline) {
    const Server& server = connection.server();
    const auto before = replication_status(connection, deadline);
    if (!before) return tl::make_unexpected(before.error());
    Repointed result;
    result.changed = !points_at(server, *before, source);
    if (!result.changed && before->threads_run()) {
        result.status = *before;
        return result;
    }
    if (result.changed) {
        if (before->configured) {
            const auto stopped = stop_replication(connection, deadline);
            if (!stopped) return tl::make_unexpected(stopped.error());
            result.discarded = unapplied(*stopped);
        }
        Source wanted = source;
        wanted.heartbeat_period = heartbeat_period(connection, *before, deadline);
        wanted.channel_has_tls = before->tls;
        if (!server.is_mariadb() && source.tls == TlsMode::preferred && !before->tls)
            wanted.takes_part_in_tls = takes_part_in_tls(source, deadline);
        const auto changed = connection.query_with_secret(change_source(server, connection.channel(), wanted),
                                                          source.password, deadline);
        if (!changed) return tl::make_unexpected(changed.error());
    }
    const auto status = start_replication(connection, deadline);
    if (!status) return tl::make_unexpected(status.error());
    if (!points_at(server, *status, source)) {
        return fail(
            Code::refused,
            fmt::format("replication is from {}:{} (GTID: {}, TLS: {}) although {}:{} was ordered", status->source_host,
                        status->source_port, status->using_gtid, status->tls ? "yes" : "no", source.host, source.port));
    }
    result.status = *status;
    return result;
}

}  // namespace mmm::net::mysql
