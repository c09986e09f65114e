#include "net/mysql/catch_up.hpp"

#include <fmt/format.h>

#include "core/model/gtid.hpp"
#include "net/mysql/errors.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/replication_status.hpp"
#include "net/mysql/replication_threads.hpp"

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLook = 5ms;
constexpr int kLooksPerStatus = 20;
/// Of transactions that are missing.
constexpr std::size_t kMostNamed = 10;

/// Does MariaDB's own binary log have all of `wanted`? The position is what was applied last, and that may have a lower
/// number than what is there as well, where two masters wrote at a time. MySQL's set leaves nothing out.
Result<bool> is_logged(Connection& connection, const std::string& wanted, Time deadline) {
    if (!connection.server().is_mariadb()) return false;
    const auto rows = connection.query("SELECT @@global.gtid_binlog_state AS logged", deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    const auto logged = GtidSet::parse(rows->empty() ? std::string() : Row(*rows, 0).text("logged"));
    if (!logged) return tl::make_unexpected(logged.error());
    return GtidSet::parse(wanted)->without(*logged).empty();
}

/// The part of `wanted` that neither of the positions `have` and `also` contains.
Result<std::string> lacking(Connection& connection, const std::string& wanted, const std::string& have,
                            const std::string& also, Time deadline) {
    if (!connection.server().is_mariadb()) {
        const auto rows = connection.query(fmt::format("SELECT GTID_SUBTRACT(GTID_SUBTRACT({}, {}), {}) AS missing",
                                                       quote(wanted), quote(have), quote(also)),
                                           deadline);
        if (!rows) return tl::make_unexpected(rows.error());
        return rows->empty() ? std::string() : Row(*rows, 0).text("missing");
    }
    std::string left = wanted;
    for (const std::string& position : {have, also}) {
        const auto wanted_position = GtidSet::parse(left);
        if (!wanted_position) return tl::make_unexpected(wanted_position.error());
        const auto have_position = GtidSet::parse(position);
        if (!have_position) return tl::make_unexpected(have_position.error());
        left = missing(*have_position, *wanted_position);
    }
    return left;
}

Error not_in_time(const std::string& what, const std::string& left) {
    return Error{Code::timeout, fmt::format("not {} in time: {}", what, printable(left)), 0};
}

}  // namespace

Result<std::string> not_applied(Connection& connection, const std::string& wanted, Time deadline) {
    const auto position = gtid_position(connection, deadline);
    if (!position) return position;
    return lacking(connection, wanted, *position, {}, deadline);
}

Result<std::string> wait_for_gtid(Connection& connection, const std::string& wanted, Time deadline) {
    bool was_logged = false;
    for (int looks = 1;; ++looks) {
        auto position = gtid_position(connection, deadline);
        if (!position) return position;
        const auto left = lacking(connection, wanted, *position, {}, deadline);
        if (!left) return tl::make_unexpected(left.error());
        if (left->empty()) return position;
        if (looks % kLooksPerStatus == 0) {
            const auto status = replication_status(connection, deadline);
            if (!status) return tl::make_unexpected(status.error());
            const auto logged = is_logged(connection, *left, deadline);
            if (!logged) return tl::make_unexpected(logged.error());
            // What is being applied is in the log a moment before it is there.
            if (*logged && (was_logged || !status->sql_running)) return position;
            was_logged = *logged;
            if (!status->sql_running) {
                const std::string error = thread_error(*status);
                return fail(Code::refused, (error.empty() ? "the SQL thread isn't running" : error) +
                                               "; not applied: " + printable(*left));
            }
        }
        const auto paused = connection.pause(kLook, deadline - kLook);
        if (!paused && paused.error().code == Code::cancelled) return tl::make_unexpected(paused.error());
        if (!paused) return tl::make_unexpected(not_in_time("applied", *left));
    }
}

Result<void> wait_until_received(Connection& connection, const std::string& wanted, Time deadline) {
    while (true) {
        const auto status = replication_status(connection, deadline);
        if (!status) return tl::make_unexpected(status.error());
        const auto position = gtid_position(connection, deadline);
        if (!position) return tl::make_unexpected(position.error());
        const std::string& received =
            connection.server().is_mariadb() ? status->gtid_io_pos : status->retrieved_gtid_set;
        const auto left = lacking(connection, wanted, *position, received, deadline);
        if (!left) return tl::make_unexpected(left.error());
        if (left->empty()) return {};
        const auto logged = is_logged(connection, *left, deadline);
        if (!logged) return tl::make_unexpected(logged.error());
        if (*logged) return {};
        if (status->io_stopped()) {
            const std::string error = thread_error(*status);
            return fail(Code::refused, (error.empty() ? "the I/O thread isn't running" : error) +
                                           "; not received: " + printable(*left));
        }
        const auto paused = connection.pause(kLook, deadline - kLook);
        if (!paused && paused.error().code == Code::cancelled) return tl::make_unexpected(paused.error());
        if (!paused) return tl::make_unexpected(not_in_time("received", *left));
    }
}

Result<std::string> has_history(Connection& connection, const std::string& history, Time deadline) {
    if (history.empty() || !connection.server().is_mariadb()) return std::string("caught up");
    const auto rows = connection.query("SELECT @@global.gtid_binlog_state AS history", deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    const auto own = GtidSet::parse(rows->empty() ? std::string() : Row(*rows, 0).text("history"));
    if (!own) return tl::make_unexpected(own.error());
    const auto wanted = GtidSet::parse(history);
    if (!wanted) return tl::make_unexpected(wanted.error());
    const GtidSet left = wanted->without(*own);
    if (left.empty()) return std::string("caught up");
    return fail(Code::refused,
                "the binary log here lacks what the writer wrote, although as many transactions are in "
                "it: " +
                    left.listed(kMostNamed));
}

}  // namespace mmm::net::mysql
