#include "core/monitor/candidate.hpp"

#include <algorithm>

#include "core/model/gtid_history.hpp"

namespace mmm::monitor {
namespace {

/// What two agents say is up to a look and a heartbeat apart.
constexpr Duration kErrantAfter{3000};

bool lacks(const GtidSpans& one, const GtidSpans& other) {
    return !other.without(one).empty();
}

bool has_more(const std::optional<GtidSpans>& one, const std::optional<GtidSpans>& other) {
    return one && other && lacks(*other, *one) && !lacks(*one, *other);
}

/// The host's own transactions that the writer lacks, as far as MariaDB's histories tell.
std::string own_beyond(const proto::AgentStatus& host, const proto::AgentStatus& writer) {
    const auto of_host = GtidHistory::parse(host.history);
    const auto of_writer = GtidHistory::parse(writer.history);
    if (host.server_id == 0 || !of_host || !of_writer || of_host->empty() || of_writer->empty()) return "";
    return of_host->of(host.server_id).beyond(*of_writer, writer.server_id);
}

/// The text that stands for all that the host has, for an order.
std::string position_text(const proto::AgentStatus& status) {
    return status.received.empty() ? status.position : status.received;
}

/// Can the candidate be told where the last writer ended by itself?
bool old_writer_tells(const State& state, const SlotRecord& record, Time now) {
    if (record.catch_up.empty()) return false;
    const auto found = state.hosts.find(record.catch_up_of);
    return found != state.hosts.end() && agent_reachable(found->second, now) &&
           found->second.status->server == proto::Server::up;
}

/// Would the host be a source for a new writer that lacks something?
bool can_give(const Config& config, const HostName& name, const HostRecord& host, Time now) {
    if (config.host(name)->mode != HostMode::slave || !agent_reachable(host, now) || host.version1) return false;
    return host.status->server == proto::Server::up && host.errant.empty() && host.held_back.empty();
}

}  // namespace

std::optional<GtidSpans> has(const HostRecord& host, Time now) {
    if (!agent_reachable(host, now) || host.status->server != proto::Server::up) return std::nullopt;
    if (host.status->position.empty()) return std::nullopt;
    auto all = GtidSpans::parse(host.status->position);
    const auto received = GtidSpans::parse(host.status->received);
    if (!all || !received) return std::nullopt;
    all->add(*received);
    return *all;
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
    if (!host.status->sql_error.empty())
        return "host '" + name + "' can't apply what it received: " + host.status->sql_error;
    return "";
}

void watch_errant(State& state, Time now, Effects& effects) {
    const auto writer = state.hosts.find(state.active_master);
    if (writer == state.hosts.end() || !agent_reachable(writer->second, now)) return;
    for (auto& [name, host] : state.hosts) {
        if (name == state.active_master || !agent_reachable(host, now)) continue;
        const std::string extra = own_beyond(*host.status, *writer->second.status);
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
    if (!own || !agent_reachable(holder, now)) return;
    auto most = GtidSpans::parse(record.fetch).value_or(GtidSpans());
    most.add(*own);
    for (const auto& [name, host] : state.hosts) {
        if (name == record.holder || !can_give(config, name, host, now)) continue;
        const auto given = has(host, now);
        if (!given || !lacks(most, *given)) continue;
        most.add(*given);
        record.fetch = position_text(*host.status);
        record.fetch_from = name;
        effects.push_back(
            Log{LogLevel::warning,
                "a slave has more than the new writer, which fetches it first",
                {{"event", "fetch"}, {"host", record.holder}, {"from", name}, {"gtids", given->without(*own).text()}}});
    }
}

}  // namespace mmm::monitor
