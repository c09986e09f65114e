#include "core/monitor/candidate.hpp"

#include <algorithm>

namespace mmm::monitor {
namespace {

/// What two agents say is up to a look and a heartbeat apart.
constexpr Duration kErrantAfter{3000};

bool has_more(const std::optional<GtidSet>& one, const std::optional<GtidSet>& other) {
    return one && other && !covers(*other, *one) && covers(*one, *other);
}

/// What the host says it has, as a set; nothing: it doesn't know.
std::optional<GtidSet> history_of(const proto::AgentStatus& status) {
    if (!status.history_problem.empty() || status.history.empty()) return std::nullopt;
    const auto set = GtidSet::parse(status.history);
    return set ? std::optional(*set) : std::nullopt;
}

/// A server that was looked at and never had a transaction, not one that tells nothing.
bool has_nothing(const proto::AgentStatus& status) {
    return status.server_id != 0 && status.gtids && status.history.empty() && status.history_problem.empty();
}

/// The text that stands for all that the host has, for an order.
std::string position_text(const proto::AgentStatus& status) {
    return status.received.empty() ? status.position : status.received;
}

/// Would the host be a source for a new writer that stands at `position` and lacks something? One that hasn't that
/// position itself would refuse, because it went another way.
bool can_give(const HostRecord& host, const GtidSet& position, Time now) {
    if (!agent_reachable(host, now) || host.version1 || host.status->server != proto::Server::up) return false;
    if (!host.errant.empty() || host.quarantined) return false;
    const auto history = history_of(*host.status);
    return !history || history->contains(position);
}

}  // namespace

bool old_writer_tells(const State& state, const SlotRecord& record, Time now) {
    if (record.catch_up.empty()) return false;
    const auto found = state.hosts.find(record.catch_up_of);
    return found != state.hosts.end() && agent_reachable(found->second, now) &&
           found->second.status->server == proto::Server::up;
}

std::optional<GtidSet> own_beyond(const proto::AgentStatus& host, const proto::AgentStatus& writer) {
    const auto of_host = history_of(host);
    const auto of_writer = history_of(writer);
    if (!of_host || !of_writer) return std::nullopt;
    GtidSet own = of_host->without(*of_writer).without_server(writer.server_id, writer.server_uuid);
    if (host.other_channels) own = own.of_origins([&](const GtidOrigin& origin) { return of_writer->knows(origin); });
    return own;
}

std::optional<GtidSet> has(const HostRecord& host, Time now) {
    if (!agent_reachable(host, now) || host.status->server != proto::Server::up) return std::nullopt;
    if (host.status->position.empty() && !has_nothing(*host.status)) return std::nullopt;
    const auto all = GtidSet::parse(host.status->position);
    const auto received = GtidSet::parse(host.status->received);
    if (!all || !received) return std::nullopt;
    return all->united(*received);
}

std::vector<HostName> with_most_data(const State& state, const std::vector<HostName>& hosts, Time now) {
    std::vector<HostName> most;
    for (const auto& name : hosts) {
        const auto own = has(state.hosts.at(name), now);
        const bool surpassed = std::any_of(hosts.begin(), hosts.end(), [&](const HostName& other) {
            return has_more(has(state.hosts.at(other), now), own);
        });
        if (!surpassed) most.push_back(name);
    }
    return most;
}

std::string why_not_writer(const HostRecord& host, const HostName& name) {
    if (!host.status) return "";
    if (!host.errant.empty() && host.errant != host.errant_accepted)
        return "host '" + name + "' has transactions of its own that the writer never had: " + host.errant;
    if (!host.status->sql_problem.empty())
        return "host '" + name + "' can't apply what it received: " + host.status->sql_problem;
    return "";
}

void watch_errant(State& state, Time now, Effects& effects) {
    const auto writer = state.hosts.find(state.active_master);
    if (writer == state.hosts.end() || !agent_reachable(writer->second, now)) return;
    for (auto& [name, host] : state.hosts) {
        // A quarantined host has been compared, and its record says more.
        if (name == state.active_master || host.quarantined || !agent_reachable(host, now)) continue;
        const auto own = own_beyond(*host.status, *writer->second.status);
        if (!own) continue;
        const std::string extra = own->ranges();
        if (extra.empty()) {
            host.errant.clear();
            host.errant_since.reset();
            continue;
        }
        if (!host.errant_since) host.errant_since = now;
        if (now - *host.errant_since < kErrantAfter || host.errant == extra) continue;
        host.errant = extra;
        effects.push_back(Log{LogLevel::warning,
                              "host has transactions of its own that the writer lacks",
                              {{"host", name}, {"event", "errant"}, {"gtids", extra}}});
    }
}

void watch_fetch(const Config& config, State& state, Time now, Effects& effects) {
    SlotRecord& record = state.slots.at(writer_slot(config));
    if (record.holder.empty() || state.active_master == record.holder || old_writer_tells(state, record, now)) return;
    const HostRecord& holder = state.hosts.at(record.holder);
    const auto own = has(holder, now);
    const auto applied = own ? GtidSet::parse(holder.status->position) : GtidSet();
    if (!own || !applied) return;
    GtidSet most = GtidSet::parse(record.fetch).value_or(GtidSet()).united(*own);
    for (const auto& [name, host] : state.hosts) {
        if (name == record.holder || !can_give(host, *applied, now)) continue;
        const auto given = has(host, now);
        if (!given || covers(most, *given)) continue;
        most = most.united(*given);
        record.fetch = position_text(*host.status);
        record.fetch_from = name;
        effects.push_back(
            Log{LogLevel::warning,
                "a host has more than the new writer, which fetches it first",
                {{"event", "fetch"}, {"host", record.holder}, {"from", name}, {"gtids", rest(*own, *given).ranges()}}});
    }
}

}  // namespace mmm::monitor
