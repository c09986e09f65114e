#include "net/mysql/heartbeat.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mmm::net::mysql {

namespace {

/// `database.table` with each part quoted.
std::string quoted_table(std::string_view table) {
    const auto dot = table.find('.');
    return fmt::format("`{}`.`{}`", table.substr(0, dot), table.substr(dot + 1));
}

}  // namespace

Result<void> beat(Connection& connection, std::string_view table, Time deadline) {
    // The number as a literal: a replica that repeats the statement would write its own.
    const auto asked = connection.query("SELECT @@global.server_id AS server_id", deadline);
    if (!asked) return tl::make_unexpected(asked.error());
    if (asked->empty()) return fail(Code::io, "the server doesn't tell its server_id");
    const auto written = connection.query(
        fmt::format(
            "INSERT INTO {} (server_id, ts) VALUES ({}, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE ts=VALUES(ts)",
            quoted_table(table), Row(*asked, 0).number("server_id").value_or(0)),
        deadline);
    if (!written) return tl::make_unexpected(written.error());
    return {};
}

Result<std::optional<std::chrono::seconds>> beat_age(Connection& connection, std::string_view table,
                                                     std::uint32_t server_id, Time deadline) {
    const auto rows = connection.query(
        fmt::format("SELECT TIMESTAMPDIFF(SECOND, ts, UTC_TIMESTAMP(6)) AS age FROM {} WHERE server_id={}",
                    quoted_table(table), server_id),
        deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    if (rows->empty()) return std::optional<std::chrono::seconds>();
    const auto age = Row(*rows, 0).number("age");
    if (!age) return std::optional<std::chrono::seconds>();
    return std::optional(std::chrono::seconds(std::max<std::int64_t>(0, *age)));
}

}  // namespace mmm::net::mysql
