#include "cmd/sql_actions.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "cmd/sql_drain.hpp"
#include "net/mysql/drain.hpp"
#include "net/mysql/end_clients.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/read_only.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/repoint.hpp"

namespace mmm {
namespace {

namespace mysql = net::mysql;

/// The text on success, or the error.
template <class T>
Result<std::string> told(const Result<T>& result, std::string text) {
    if (!result) return tl::make_unexpected(result.error());
    return text;
}

std::string listed(const std::vector<mysql::Client>& clients) {
    std::string text;
    for (const auto& client : clients) text += (text.empty() ? "" : ", ") + client.text();
    return text;
}

}  // namespace

agent::TaskDone SqlActions::run(mysql::Connection& connection, const agent::StartTask& task,
                                const mysql::Progress& progress) const {
    const auto perform_it = [&](const auto& wanted) -> agent::TaskDone {
        if constexpr (std::is_same_v<std::decay_t<decltype(wanted)>, agent::Drain>) {
            return drain_task(config_, self_, connection, task.id, wanted, task.deadline, progress);
        } else if constexpr (std::is_same_v<std::decay_t<decltype(wanted)>, agent::GiveUpRest>) {
            return give_up_task(connection, task.id, wanted, task.deadline);
        } else {
            return {task.id, perform(connection, wanted, task.deadline), ""};
        }
    };
    agent::TaskDone done = std::visit(perform_it, task.task);
    if (!done.outcome || !std::holds_alternative<agent::SetReadOnly>(task.task)) return done;
    if (const auto position = mysql::gtid_position(connection, task.deadline)) done.position = *position;
    return done;
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::SetReadOnly& task,
                                        Time deadline) const {
    return told(mysql::set_read_only(connection, task.lock_wait, deadline), "read-only");
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::SetWritable&, Time deadline) const {
    return told(mysql::set_writable(connection, deadline), "writable");
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::EndClients& task,
                                        Time deadline) const {
    mysql::EndClientsOptions options;
    options.grace = task.grace;
    options.spare_users = {self_.agent.user, self_.monitor.user, self_.replication.user};
    const auto ended = mysql::end_clients(connection, options, deadline);
    if (!ended) return tl::make_unexpected(ended.error());
    if (!ended->remaining.empty()) return fail(Code::timeout, "still connected: " + listed(ended->remaining));
    return fmt::format("{} sessions ended", ended->ended.size());
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::Replicate& task,
                                        Time deadline) const {
    if (task.source.empty()) return told(mysql::start_replication(connection, deadline), "replication runs");
    const config::Host& from = *config_.host(task.source);
    mysql::Source source{from.ip.text(), from.mysql_port, from.replication.user, from.replication.password,
                         mysql::GtidStart::slave_pos};
    // A master that doesn't write may have been the writer: with its own position its new source refuses it when it
    // has transactions that the source lacks. The writer itself is always ahead of its source.
    if (self_.mode == HostMode::master && !task.writer) source.start = mysql::GtidStart::current_pos;
    const auto status = mysql::replication_status(connection, deadline);
    if (!status) return tl::make_unexpected(status.error());
    // What a new writer gave up isn't applied later unasked: it has drained what it was to have.
    if (task.writer) {
        if (auto dropped = mysql::drop_given_up(connection, *status, deadline); !dropped)
            return tl::make_unexpected(dropped.error());
    } else if (status->configured && status->source_host != source.host) {
        // Another source: what was received from the old one would be thrown away with the relay log.
        const auto drained = mysql::drain(connection, deadline);
        if (!drained) return tl::make_unexpected(drained.error());
        if (!drained->complete)
            return fail(Code::timeout, "not all of the old source's changes are applied: " + drained->left);
    }
    return told(mysql::repoint(connection, source, deadline), "replicating from " + task.source);
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::StopReplication&,
                                        Time deadline) const {
    return told(mysql::stop_replication(connection, deadline), "replication is stopped");
}

}  // namespace mmm
