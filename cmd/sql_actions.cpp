#include "cmd/sql_actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <variant>

#include "cmd/endpoints.hpp"
#include "cmd/sql_drain.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/catch_up.hpp"
#include "net/mysql/compare.hpp"
#include "net/mysql/drain.hpp"
#include "net/mysql/end_clients.hpp"
#include "net/mysql/freeze.hpp"
#include "net/mysql/heartbeat.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/privileged.hpp"
#include "net/mysql/read_losses.hpp"
#include "net/mysql/read_only.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/repoint.hpp"
#include "net/mysql/semi_sync.hpp"

namespace mmm {
namespace {

namespace mysql = net::mysql;

/// How long another server has to tell what it has.
constexpr Duration kAskTimeout{1000};

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

/// Applies what was received before replication is started, which may throw that away.
Result<void> apply_received(mysql::Connection& connection, Time deadline) {
    const auto drained = mysql::drain(connection, deadline);
    if (!drained) return tl::make_unexpected(drained.error());
    // After a restart MariaDB deletes the relay log at any start: what was in it is fetched again by GTID.
    if (!drained->complete && !drained->unknown) return fail(Code::timeout, drained->left);
    return {};
}

}  // namespace

agent::TaskDone SqlActions::run(mysql::Connection& connection, const agent::StartTask& task,
                                const mysql::Progress& progress) const {
    const auto work = [&](const auto& wanted) -> agent::TaskDone {
        using Wanted = std::decay_t<decltype(wanted)>;
        if constexpr (std::is_same_v<Wanted, agent::FreezeWrites>) {
            return freeze(connection, task.id, wanted, task.deadline);
        } else if constexpr (std::is_same_v<Wanted, agent::ReadLosses>) {
            return read_losses(connection, task, wanted.gtids);
        } else if constexpr (std::is_same_v<Wanted, agent::Drain>) {
            return drain_task(config_, self_, connection, task.id, wanted, task.deadline, progress);
        } else if constexpr (std::is_same_v<Wanted, agent::GiveUpRest>) {
            return give_up_task(connection, task.id, wanted, task.deadline);
        } else {
            return {task.id, perform(connection, wanted, task.deadline), ""};
        }
    };
    agent::TaskDone done = std::visit(work, task.task);
    const bool freezes =
        std::holds_alternative<agent::SetReadOnly>(task.task) || std::holds_alternative<agent::EndClients>(task.task);
    if (!done.outcome || !freezes) return done;
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
    options.spare_users = our_users();
    const auto ended = mysql::end_clients(connection, options, deadline);
    if (!ended) return tl::make_unexpected(ended.error());
    if (!ended->remaining.empty()) return fail(Code::timeout, "still connected: " + listed(ended->remaining));
    std::string text = fmt::format("{} sessions ended", ended->ended.size());
    if (!ended->spared.empty()) text += "; our user lacks the right SYSTEM_USER to end these: " + listed(ended->spared);
    return text;
}

agent::TaskDone SqlActions::freeze(mysql::Connection& connection, agent::TaskId id, const agent::FreezeWrites& task,
                                   Time deadline) const {
    const auto frozen = mysql::freeze_writes(connection, {task.grace, task.forced, task.events, our_users()}, deadline);
    if (!frozen) return {id, tl::make_unexpected(frozen.error()), ""};
    std::string text = fmt::format("{} sessions ended", frozen->ended.size());
    if (!frozen->locked) text += "; no global read lock, our user lacks the right RELOAD";
    return {id, std::move(text), frozen->position, frozen->history};
}

agent::TaskDone SqlActions::read_losses(mysql::Connection& connection, const agent::StartTask& task,
                                        const std::string& gtids) {
    auto read = mysql::read_losses(connection, gtids, task.deadline);
    if (!read) return {task.id, tl::make_unexpected(read.error()), ""};
    return {task.id, fmt::format("{} transactions read", read->transactions.size()), "", "", std::move(*read)};
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::Unlock&, Time deadline) const {
    return told(mysql::unlock(connection, deadline), "unlocked");
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::CatchUp& task,
                                        Time deadline) const {
    if (auto received = mysql::wait_until_received(connection, task.position, deadline); !received)
        return tl::make_unexpected(received.error());
    if (auto applied = mysql::wait_for_gtid(connection, task.position, deadline); !applied) return applied;
    return mysql::has_history(connection, task.history, deadline);
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::ListPrivileged& task,
                                        Time deadline) const {
    const auto sessions = mysql::privileged_sessions(connection, our_users(), deadline);
    if (!sessions) return tl::make_unexpected(sessions.error());
    if (task.end) {
        if (auto ended = mysql::end_sessions(connection, *sessions, deadline); !ended)
            return tl::make_unexpected(ended.error());
    }
    std::string text;
    for (const auto& session : *sessions)
        text += fmt::format("{}{} {}@{}", text.empty() ? "" : ", ", session.id, session.user, session.host);
    return text;
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::SetEvents& task,
                                        Time deadline) const {
    return told(connection.query(mysql::set_event_scheduler(task.on), deadline), "switched");
}

std::set<std::string> SqlActions::our_users() const {
    return {self_.agent.user, self_.monitor.user, self_.replication.user};
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::Replicate& task,
                                        Time deadline) const {
    if (task.source.empty()) return told(mysql::start_replication(connection, deadline), "replication runs");
    const config::Host& from = *config_.host(task.source);
    mysql::Source source = replication_source(from, mysql::GtidStart::slave_pos);
    // A master that doesn't write may have been the writer: with its own position its new source refuses it when it
    // has transactions that the source lacks. The writer itself is always ahead of its source.
    if (self_.mode == HostMode::master && !task.writer) source.start = mysql::GtidStart::current_pos;
    const auto status = mysql::replication_status(connection, deadline);
    if (!status) return tl::make_unexpected(status.error());
    if (status->configured && status->source_host != source.host) {
        // Another source: what was received from the old one would be thrown away with the relay log.
        if (auto applied = apply_received(connection, deadline); !applied) {
            return fail(applied.error().code,
                        "not all of the old source's changes are applied: " + applied.error().message);
        }
    }
    if (!task.writer) {
        if (auto compared = compare_with(connection, from, status->others, deadline); !compared)
            return tl::make_unexpected(compared.error());
    }
    return told(mysql::repoint(connection, source, deadline), "replicating from " + task.source);
}

/// A server that has more than its new source isn't pointed at it: what it has would be lost sight of, and what it then
/// gets may break it. What a slave wrote itself doesn't count, as in the monitor's comparison. A source that can't be
/// asked refuses what is too much by itself, as far as it can.
Result<void> SqlActions::compare_with(mysql::Connection& connection, const config::Host& source, bool other_channels,
                                      Time deadline) const {
    const Time ask_until = std::min(deadline, net::boot_now() + kAskTimeout);
    const bool slave = !config_.can_hold(self_.name, config_.active_master_role);
    const auto extra =
        mysql::beyond_source(connection, replication_endpoint(source), {slave, other_channels}, ask_until);
    if (!extra || extra->empty()) return {};
    return fail(Code::refused, fmt::format("it has transactions that {} lacks: {}", source.name, *extra));
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::Beat& task, Time deadline) const {
    return told(mysql::beat(connection, task.table, deadline), "written");
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::EndSemiSync&, Time deadline) const {
    return told(mysql::end_semi_sync(connection, deadline), "semi-synchronous replication is off");
}

SqlActions::Outcome SqlActions::perform(mysql::Connection& connection, const agent::StopReplication&,
                                        Time deadline) const {
    return told(mysql::stop_replication(connection, deadline), "replication is stopped");
}

}  // namespace mmm
