#include "net/mysql/observe.hpp"

#include <algorithm>

namespace mmm::net::mysql {

namespace {

/// The one row that the query must give.
Result<Rows> one_row(Connection& connection, const std::string& sql, Time deadline) {
    auto rows = connection.query(sql, deadline);
    if (rows && rows->size() != 1) return fail(Code::io, "the server gave no row for: " + sql);
    return rows;
}

ReadOnly read_read_only(const Row& row) {
    return {row.truth("read_only"), row.truth("super_read_only")};
}

}  // namespace

std::string one_line(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    return text;
}

Result<ServerView> observe(Connection& connection, Time deadline) {
    const auto rows = one_row(connection, select_server_view(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    const auto replication = replication_status(connection, deadline);
    if (!replication) return tl::make_unexpected(replication.error());
    const Row row(*rows, 0);
    ServerView view;
    view.server = connection.server();
    view.read_only = read_read_only(row);
    view.server_id = static_cast<std::uint32_t>(row.number("server_id").value_or(0));
    view.server_uuid = row.text("server_uuid");
    view.uptime = std::chrono::seconds(row.number("uptime").value_or(0));
    view.replication = *replication;
    view.gtid_binlog_pos = row.text("gtid_binlog_pos");
    view.gtid_slave_pos = row.text("gtid_slave_pos");
    view.gtid_binlog_state = row.text("gtid_binlog_state");
    view.gtid_current_pos = row.text("gtid_current_pos");
    view.events = row.text("events");
    view.gtid_executed = one_line(row.text("gtid_executed"));
    view.gtid_mode = row.text("gtid_mode");
    view.log_bin = row.truth("log_bin");
    view.log_slave_updates = row.truth("log_slave_updates");
    return view;
}

Result<ReadOnly> observe_light(Connection& connection, Time deadline) {
    const auto rows = one_row(connection, select_read_only(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    return read_read_only(Row(*rows, 0));
}

Result<std::string> gtid_position(Connection& connection, Time deadline) {
    const auto rows = one_row(connection, select_position(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    return one_line(Row(*rows, 0).text("position"));
}

}  // namespace mmm::net::mysql
