#include "core/monitor/semi_sync.hpp"

#include <fmt/format.h>

#include "core/monitor/candidate.hpp"

namespace mmm::monitor {
namespace {

/// The agent looks once a second and reports every half second, and an answer may take a second.
constexpr Duration kStaleBy{2500};

std::set<HostName> acknowledging(const State& state, const HostName& writer) {
    std::set<HostName> hosts;
    for (const auto& [name, host] : state.hosts) {
        if (name != writer && host.status && host.status->semi_sync.acknowledges) hosts.insert(name);
    }
    return hosts;
}

}  // namespace

SemiSyncProof semi_sync_proof(const State& state, const HostName& writer, Time lost) {
    const auto found = state.hosts.find(writer);
    if (found == state.hosts.end() || !found->second.status) return {"nothing is known of it", {}};
    const HostRecord& host = found->second;
    const SemiSync& semi_sync = host.status->semi_sync;
    if (!semi_sync.enabled) return {"semi-synchronous replication is off", {}};
    if (!semi_sync.active) return {"it has fallen back to asynchronous replication", {}};
    if (!semi_sync.after_sync)
        return {"its wait point is AFTER_COMMIT: others see rows before they are acknowledged", {}};
    if (semi_sync.needed == 0 || semi_sync.clients < semi_sync.needed)
        return {fmt::format("{} replicas acknowledge, {} have to", semi_sync.clients, semi_sync.needed), {}};
    if (lost - host.heard + kStaleBy >= semi_sync.timeout)
        return {fmt::format("it falls back after {} ms, and may have done so since it was heard last",
                            semi_sync.timeout.count()),
                {}};
    auto receivers = acknowledging(state, writer);
    if (receivers.size() < semi_sync.clients)
        return {fmt::format("{} replicas acknowledge, and {} of them are known", semi_sync.clients, receivers.size()),
                {}};
    return {"", std::move(receivers)};
}

std::optional<Acknowledging> acknowledging_of(const State& state, const HostName& writer) {
    const HostRecord& host = state.hosts.at(writer);
    auto proof = semi_sync_proof(state, writer, host.heard);
    if (!proof.why_not.empty()) return std::nullopt;
    return Acknowledging{std::move(proof.receivers), host.heard, host.status->semi_sync.timeout};
}

std::set<HostName> all_acknowledged(const State& state, const Acknowledging& old, const HostName& writer, Time lost,
                                    Time now) {
    if (lost - old.heard + kStaleBy >= old.timeout) return {};
    const auto& of_writer = state.hosts.at(writer).status;
    for (const HostName& name : old.receivers) {
        if (name == writer) continue;
        const HostRecord& host = state.hosts.at(name);
        if (!of_writer || !agent_reachable(host, now) || host.status->server != proto::Server::up) return {};
        const auto beyond = own_beyond(*host.status, *of_writer);
        if (!beyond || !beyond->empty()) return {};
    }
    return old.receivers;
}

std::string why_no_semi_sync_proof(const State& state, const HostName& writer) {
    const auto found = state.hosts.find(writer);
    return semi_sync_proof(state, writer, found == state.hosts.end() ? Time{} : found->second.heard).why_not;
}

}  // namespace mmm::monitor
