#include "net/mysql/freeze.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/mysql/end_clients.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/read_only.hpp"

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

/// An acknowledgement that isn't there after so long isn't only slow.
constexpr std::int64_t kAckSeconds = 1;
/// Undoing a statement may take as long as it has run: more than a move may take.
constexpr std::int64_t kLongSeconds = 10;
constexpr Duration kPositionPause = 5ms;
/// Nobody who is left can hold the global read lock up for longer.
constexpr int kLockSeconds = 1;

bool only_reads(const Client& client) {
    constexpr std::string_view kReading[] = {"SELECT",   "SHOW", "EXPLAIN", "DESC",
                                             "DESCRIBE", "WITH", "VALUES",  "CHECK"};
    return client.statement.empty() ||
           std::any_of(std::begin(kReading), std::end(kReading),
                       [&](std::string_view each) { return same_word(client.statement, each); });
}

std::string names(const std::vector<Client>& clients) {
    constexpr std::size_t kMaxNamed = 5;
    std::string text;
    for (std::size_t index = 0; index < std::min(clients.size(), kMaxNamed); ++index)
        text += (index > 0 ? "; " : "") + clients[index].long_text();
    if (clients.size() > kMaxNamed) text += fmt::format("; and {} more", clients.size() - kMaxNamed);
    return text;
}

/// Running statements that aren't ours, first those that wait for an acknowledgement.
Result<std::vector<Client>> running(Connection& connection, const std::set<std::string>& spare_users, Time deadline) {
    auto clients = list_all_clients(connection, deadline);
    if (!clients) return clients;
    std::erase_if(*clients, [&](const Client& client) {
        const ClientKind kind = kind_of(client, spare_users);
        return client.id == connection.thread_id() || kind == ClientKind::spared || kind == ClientKind::idle;
    });
    std::stable_partition(clients->begin(), clients->end(),
                          [](const Client& client) { return kind_of(client, {}) == ClientKind::waits_for_ack; });
    return clients;
}

/// read_only=1; who is in the way after the grace is ended, but for those whose commit waits for an acknowledgement:
/// ending them commits it here alone.
Result<void> make_read_only(Connection& connection, const FreezeOptions& options, Time deadline, Frozen& frozen) {
    const auto first = set_read_only(connection, options.grace, deadline);
    if (first) return {};
    if (first.error().code != Code::timeout || !connection.connected()) return tl::make_unexpected(first.error());
    const auto in_the_way = running(connection, options.spare_users, deadline);
    if (!in_the_way) return tl::make_unexpected(in_the_way.error());
    const std::string text = in_the_way->empty() ? first.error().message : names(*in_the_way);
    const bool waits = !in_the_way->empty() && kind_of(in_the_way->front(), {}) == ClientKind::waits_for_ack;
    if (waits) return fail(Code::timeout, "writes can't be stopped; in the way: " + text);
    const auto ended = end_clients(connection, {0ms, options.spare_users, {}}, deadline);
    if (!ended) return fail(ended.error().code, ended.error().message + "; in the way of read_only: " + text);
    frozen.ended = ended->ended;
    const auto second = set_read_only(connection, 1s, deadline);
    if (!second && second.error().code == Code::timeout)
        return fail(Code::timeout, ended->spared.empty()
                                       ? "writes can't be stopped, although clients were ended; in the way was: " + text
                                       : "writes can't be stopped; our user lacks the right SYSTEM_USER to end " +
                                             names(ended->spared));
    if (!second) return tl::make_unexpected(second.error());
    return {};
}

Result<void> lock(Connection& connection, Time deadline, Frozen& frozen) {
    auto done = connection.query(fmt::format("SET SESSION lock_wait_timeout={}", kLockSeconds), deadline);
    if (done) done = connection.query("FLUSH TABLES WITH READ LOCK", deadline);
    frozen.locked = done.has_value();
    if (done || done.error().code == Code::permission) return {};
    return fail(done.error().code, "no global read lock: " + done.error().message);
}

/// Twice the same: nothing is on its way any more.
Result<void> read_position(Connection& connection, Time deadline, Frozen& frozen) {
    while (true) {
        auto position = gtid_position(connection, deadline);
        if (!position) return tl::make_unexpected(position.error());
        if (*position == frozen.position) break;
        frozen.position = *position;
        if (auto paused = connection.pause(kPositionPause, deadline); !paused) return paused;
    }
    if (!connection.server().is_mariadb()) return {};
    const auto rows = connection.query("SELECT @@global.gtid_binlog_state AS history", deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    if (!rows->empty()) frozen.history = Row(*rows, 0).text("history");
    return {};
}

}  // namespace

Result<std::string> why_not_freeze(Connection& connection, const std::set<std::string>& spare_users, Time deadline) {
    const auto clients = running(connection, spare_users, deadline);
    if (!clients) return tl::make_unexpected(clients.error());
    std::vector<Client> waiting;
    std::vector<Client> long_ones;
    for (const Client& client : *clients) {
        if (kind_of(client, spare_users) == ClientKind::waits_for_ack) {
            if (client.seconds >= kAckSeconds) waiting.push_back(client);
        } else if (client.seconds >= kLongSeconds && !only_reads(client)) {
            long_ones.push_back(client);
        }
    }
    if (!waiting.empty())
        return "commits wait for a semi-synchronous replica's acknowledgement, and ending them would commit them here "
               "alone: " +
               names(waiting);
    if (!long_ones.empty())
        return "a statement has run for so long that undoing it may take longer than a move may (--force ends it all "
               "the same): " +
               names(long_ones);
    // Without the right to see them there is nothing to say; the lock stops them until the role has left.
    const auto prepared = connection.query("XA RECOVER", deadline);
    if (!prepared && !connection.connected()) return tl::make_unexpected(prepared.error());
    if (prepared && !prepared->empty())
        return fmt::format(
            "{} prepared XA transaction{} could be committed here after the move although the server is read-only: "
            "commit or roll them back first (XA RECOVER names them)",
            prepared->size(), prepared->size() == 1 ? "" : "s");
    return std::string();
}

Result<Frozen> freeze_writes(Connection& connection, const FreezeOptions& options, Time deadline) {
    Frozen frozen;
    const auto against = why_not_freeze(connection, options.spare_users, deadline);
    if (!against) return tl::make_unexpected(against.error());
    if (!against->empty() && !options.forced) return fail(Code::refused, *against);
    // One that is disabled, or that our user may not switch, is told of by whoever keeps it.
    if (options.stop_events) (void)connection.query(set_event_scheduler(false), deadline);
    if (auto done = make_read_only(connection, options, deadline, frozen); !done)
        return tl::make_unexpected(done.error());
    const auto ended = end_clients(connection, {options.grace, options.spare_users, {}}, deadline);
    if (!ended) return tl::make_unexpected(ended.error());
    frozen.ended.insert(frozen.ended.end(), ended->ended.begin(), ended->ended.end());
    if (!ended->remaining.empty()) return fail(Code::timeout, "can't be ended in time: " + names(ended->remaining));
    if (auto done = lock(connection, deadline, frozen); !done) return tl::make_unexpected(done.error());
    if (auto done = read_position(connection, deadline, frozen); !done) return tl::make_unexpected(done.error());
    return frozen;
}

Result<void> unlock(Connection& connection, Time deadline) {
    const auto done = connection.query("UNLOCK TABLES", deadline);
    if (!done) return tl::make_unexpected(done.error());
    return {};
}

}  // namespace mmm::net::mysql
