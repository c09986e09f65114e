#include "net/mysql/end_clients.hpp"

#include <algorithm>
#include <map>

#include "net/host/boot_clock.hpp"

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLook = 20ms;
constexpr int kUnknownThread = 1094;
constexpr int kNotOwner = 1095;

/// The sessions to be ended that are still there, by id.
using Targets = std::map<std::uint64_t, Client>;

Targets targets_among(const std::vector<Client>& clients, const Connection& connection,
                      const EndClientsOptions& options) {
    Targets targets;
    for (const Client& client : clients) {
        const bool ours = client.id == connection.thread_id() || options.spare_ids.contains(client.id);
        if (!ours && kind_of(client, options.spare_users) != ClientKind::spared) targets.emplace(client.id, client);
    }
    return targets;
}

/// Is a session that we can't end another's only because its user has SYSTEM_USER? Such there are on MySQL alone.
Result<bool> is_protected(Connection& connection, Time deadline) {
    if (connection.server().is_mariadb()) return false;
    const auto rights = connection.query(select_right_to_end_sessions(), deadline);
    if (!rights) return tl::make_unexpected(rights.error());
    return !rights->empty() && Row(*rights, 0).number("granted").value_or(0) > 0;
}

/// False: it is protected from us.
Result<bool> kill(Connection& connection, std::uint64_t id, Time deadline) {
    const auto killed = connection.query(kill_connection(id), deadline);
    if (killed || killed.error().detail == kUnknownThread) return true;
    if (killed.error().detail != kNotOwner) return tl::make_unexpected(killed.error());
    const auto spared = is_protected(connection, deadline);
    if (!spared) return tl::make_unexpected(spared.error());
    if (!*spared) return tl::make_unexpected(killed.error());
    return false;
}

/// Waits a moment, then drops the targets that are gone and brings the others up to date. Whoever connects meanwhile
/// finds a read-only server: only those of the first look matter.
Result<void> look_again(Connection& connection, Targets& targets, Time deadline) {
    if (auto paused = connection.pause(kLook, deadline); !paused) return paused;
    const auto clients = list_clients(connection, deadline);
    if (!clients) return tl::make_unexpected(clients.error());
    Targets still;
    for (const Client& client : *clients) {
        if (targets.contains(client.id)) still.emplace(client.id, client);
    }
    targets = std::move(still);
    return {};
}

}  // namespace

Result<EndedClients> end_clients(Connection& connection, const EndClientsOptions& options, Time deadline) {
    const Time grace_end = boot_now() + options.grace;
    const auto clients = list_all_clients(connection, deadline);
    if (!clients) return tl::make_unexpected(clients.error());
    Targets targets = targets_among(*clients, connection, options);
    EndedClients result;
    std::set<std::uint64_t> killed;
    while (!targets.empty()) {
        const bool grace_over = boot_now() >= grace_end;
        bool only_waiters = true;
        for (const auto& [id, client] : targets) {
            const ClientKind kind = kind_of(client, options.spare_users);
            if (kind == ClientKind::waits_for_ack) continue;
            only_waiters = false;
            if ((kind == ClientKind::running && !grace_over) || !killed.insert(id).second) continue;
            const auto done = kill(connection, id, deadline);
            if (!done) return tl::make_unexpected(done.error());
            (*done ? result.ended : result.spared).push_back(client);
        }
        for (const Client& client : result.spared) targets.erase(client.id);
        if (targets.empty()) break;
        if (only_waiters && grace_over) break;
        const auto looked = look_again(connection, targets, deadline);
        if (!looked && (looked.error().code != Code::timeout || !connection.connected()))
            return tl::make_unexpected(looked.error());
        if (!looked) break;
    }
    for (const auto& [id, client] : targets) result.remaining.push_back(client);
    return result;
}

}  // namespace mmm::net::mysql
