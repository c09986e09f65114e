#include "core/monitor/account.hpp"

#include <utility>

#include "core/model/gtid.hpp"
#include "core/monitor/change_text.hpp"

namespace mmm::monitor {
namespace {

/// A server's sets are looked at once a second and reported twice: what is said after this was looked at since.
constexpr Duration kLookedAtSince{2000};

/// All that is in the server's binary logs, as far as both its history and its position say; nothing: unknown.
std::optional<GtidSet> all_of(const ServerSets& sets) {
    const auto history = GtidSet::parse(sets.history);
    const auto position = GtidSet::parse(sets.position);
    if (sets.history.empty() || !history || !position) return std::nullopt;
    return history->united(*position);
}

/// What `one` has and `other` lacks; nothing: one of them is unknown. Transactions of `other` itself don't count: its
/// history may have been read earlier.
std::optional<std::string> beyond(const ServerSets& one, const ServerSets& other) {
    const auto has = all_of(one);
    const auto lacks = all_of(other);
    if (!has || !lacks) return std::nullopt;
    return has->without(*lacks).without_server(other.server_id, other.server_uuid).ranges();
}

/// What is missing of a position at which no more writes came; nothing: the two aren't comparable.
std::optional<std::string> missing_of_frozen(const ServerSets& before, const ServerSets& after) {
    if (auto lacking = beyond(before, after)) return lacking;
    const auto wanted = GtidSet::parse(before.position);
    const auto have = GtidSet::parse(after.position);
    if (!wanted || !have || after.position.empty()) return std::nullopt;
    return missing(*have, *wanted);
}

/// What the old host has and the writer lacks, once it was looked at for long enough. A host that is the writer again
/// has all that it ever had.
std::optional<std::string> compared(const State& state, OpenAccount& account, Time now) {
    const auto host = state.hosts.find(account.host);
    const auto writer = state.hosts.find(state.active_master);
    const bool is_writer = account.host == state.active_master;
    const bool told = host != state.hosts.end() && writer != state.hosts.end() && agent_reachable(host->second, now) &&
                      agent_reachable(writer->second, now);
    const auto sets = told ? sets_of(*host->second.status) : std::nullopt;
    const auto of_writer = told ? sets_of(*writer->second.status) : std::nullopt;
    if (!sets || !of_writer || (!is_writer && !sets->frozen)) {
        account.seen_since.reset();
        return std::nullopt;
    }
    if (!account.seen_since) account.seen_since = now;
    if (now - *account.seen_since < kLookedAtSince) return std::nullopt;
    return is_writer ? std::string() : beyond(*sets, *of_writer);
}

}  // namespace

std::optional<ServerSets> sets_of(const proto::AgentStatus& status) {
    if (status.server != proto::Server::up || (status.position.empty() && status.history.empty())) return std::nullopt;
    return ServerSets{status.position,    status.history, status.server_id, status.read_only.value_or(false),
                      status.server_uuid, std::nullopt};
}

Loss loss_of(const ServerSets& before, const ServerSets& after) {
    if (!before.frozen) return {beyond(before, after), false};
    // It should have become writable only when it had reached that position, but was it looked at since?
    const auto lacking = missing_of_frozen(before, after);
    return {lacking, lacking.has_value()};
}

void add_given_up(Loss& loss, const std::string& given_up) {
    const auto more = GtidSet::parse(given_up);
    const auto known = GtidSet::parse(loss.gtids.value_or(""));
    if (given_up.empty() || !more || !known) return;
    loss.gtids = known->united(*more).ranges();
}

void settle_accounts(State& state, Now now, Effects& effects) {
    // Before the new writer's own account is done, its sets may be older than its drain's end.
    if (state.journal.open) return;
    std::vector<OpenAccount> left;
    for (OpenAccount& account : std::exchange(state.journal.accounts, {})) {
        const auto lacking = compared(state, account, now.time);
        if (!lacking) {
            left.push_back(std::move(account));
            continue;
        }
        Settlement settled{++state.journal.number, account.of, now.wall.since_epoch, account.host, *lacking};
        state.journal.settle(settled);
        effects.push_back(Log{lacking->empty() ? LogLevel::info : LogLevel::error,
                              lacking->empty() ? "the old writer was seen: nothing was lost"
                                               : "the old writer was seen: the writer lacks transactions of it",
                              {{"event", "settled"},
                               {"host", account.host},
                               {"record", std::to_string(account.of)},
                               {"lost", *lacking}}});
        effects.push_back(AppendJournal{entry_line(settled), true});
    }
    state.journal.accounts = std::move(left);
}

}  // namespace mmm::monitor
