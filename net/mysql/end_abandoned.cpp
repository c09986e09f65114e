#include "net/mysql/end_abandoned.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace mmm::net::mysql {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLook = 10ms;
constexpr int kUnknownThread = 1094;

/// Those of the abandoned sessions that the server still has.
Result<std::vector<std::uint64_t>> still_there(Connection& connection, Time deadline) {
    const auto rows = connection.query(show_sessions(), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    std::set<std::uint64_t> own;
    for (std::size_t index = 0; index < rows->size(); ++index) {
        const Row row(*rows, index);
        if (row.text("user") == connection.user()) own.insert(static_cast<std::uint64_t>(row.number("id").value_or(0)));
    }
    if (!own.contains(connection.thread_id()))
        return fail(Code::unsupported, "the server doesn't show our own session in its process list");
    std::vector<std::uint64_t> found;
    for (const std::uint64_t id : connection.abandoned()) {
        if (own.contains(id) && id != connection.thread_id()) found.push_back(id);
    }
    return found;
}

}  // namespace

Result<void> end_abandoned(Connection& connection, Time deadline) {
    std::set<std::uint64_t> killed;
    while (!connection.abandoned().empty()) {
        const auto there = still_there(connection, deadline);
        if (!there) return tl::make_unexpected(there.error());
        if (there->empty()) {
            connection.forget_abandoned();
            break;
        }
        for (const std::uint64_t id : *there) {
            if (!killed.insert(id).second) continue;
            const auto done = connection.query(kill_connection(id), deadline);
            if (!done && done.error().detail != kUnknownThread) return tl::make_unexpected(done.error());
        }
        const auto paused = connection.pause(kLook, deadline);
        if (paused) continue;
        if (paused.error().code != Code::timeout) return paused;
        return fail(Code::timeout,
                    fmt::format("the server hasn't ended its session {} yet, in which an earlier statement "
                                "of ours may still be under way",
                                there->front()));
    }
    return {};
}

}  // namespace mmm::net::mysql
