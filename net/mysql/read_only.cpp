#include "net/mysql/read_only.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/host/boot_clock.hpp"
#include "net/mysql/end_abandoned.hpp"

namespace mmm::net::mysql {

namespace {

constexpr int kLockWaitTimeout = 1205;
constexpr Duration kReserve{200};

Result<ReadOnly> read_back(Connection& connection, bool wanted, Time deadline) {
    const auto seen = observe_light(connection, deadline);
    if (!seen) return seen;
    if (seen->read_only != wanted)
        return fail(Code::refused, fmt::format("read_only is {} although it was set", seen->read_only ? 1 : 0));
    return seen;
}

/// "17 app@host UPDATE 12 s, 18 ..., and 4 more"
std::string names(const std::vector<Client>& clients) {
    constexpr std::size_t kMaxNamed = 10;
    std::string text;
    for (std::size_t index = 0; index < std::min(clients.size(), kMaxNamed); ++index)
        text += (index > 0 ? ", " : "") + clients[index].text();
    if (clients.size() > kMaxNamed) text += fmt::format(", and {} more", clients.size() - kMaxNamed);
    return text.empty() ? "no session that we may see" : text;
}

}  // namespace

Result<ReadOnly> set_read_only(Connection& connection, Duration lock_wait, Time deadline) {
    using std::chrono::floor;
    using std::chrono::seconds;
    if (const auto ended = end_abandoned(connection, deadline); !ended) return tl::make_unexpected(ended.error());
    // The server must give up before we do, a statement that we leave behind goes on waiting; and time to ask who is in
    // the way must be left.
    const auto wait = std::max(seconds(1), floor<seconds>(std::min(lock_wait, deadline - boot_now() - kReserve)));
    auto done = connection.query(fmt::format("SET SESSION lock_wait_timeout={}", wait.count()), deadline);
    if (done) done = connection.query(mysql::set_read_only(connection.server()), deadline);
    if (done) return read_back(connection, true, deadline);
    if (done.error().detail != kLockWaitTimeout) return tl::make_unexpected(done.error());
    const auto found = blockers(connection, deadline);
    return fail(Code::timeout,
                fmt::format("read_only couldn't be set within {} s; in the way may be: {}", wait.count(),
                            found ? names(*found) : found.error().message),
                kLockWaitTimeout);
}

Result<ReadOnly> set_writable(Connection& connection, Time deadline) {
    if (const auto ended = end_abandoned(connection, deadline); !ended) return tl::make_unexpected(ended.error());
    // The lock of freeze_writes(), if this session still has it.
    if (auto unlocked = connection.query("UNLOCK TABLES", deadline); !unlocked)
        return tl::make_unexpected(unlocked.error());
    const auto clock = connection.query("SELECT SYSDATE(6) AS moment", deadline);
    if (!clock) return tl::make_unexpected(clock.error());
    // Taken after the answer: what is left can only be less than that, so the server's deadline is never later.
    const Duration left = deadline - boot_now();
    const std::string moment = clock->empty() ? std::string() : Row(*clock, 0).text("moment");
    if (moment.empty()) return fail(Code::io, "the server doesn't tell its time");
    if (left <= Duration::zero()) return fail(Code::timeout, "no time is left to make the server writable");
    const auto done = connection.query(set_writable_if_in_time(moment, left), deadline);
    if (!done) return tl::make_unexpected(done.error());
    const auto seen = observe_light(connection, deadline);
    if (seen && (seen->read_only || seen->super_read_only))
        return fail(
            Code::timeout,
            "the server came to the statement only after its deadline (it was frozen or held up) and stays read-only");
    return seen;
}

Result<std::vector<Client>> blockers(Connection& connection, Time deadline) {
    auto clients = list_clients(connection, deadline);
    if (!clients) return clients;
    std::vector<Client> result;
    for (const bool running : {true, false}) {
        for (const Client& client : *clients) {
            const ClientKind kind = kind_of(client, {});
            if (kind == ClientKind::spared || client.id == connection.thread_id()) continue;
            if ((kind != ClientKind::idle) == running) result.push_back(client);
        }
    }
    return result;
}

}  // namespace mmm::net::mysql
