#include "core/monitor/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/monitor/explain_leases.hpp"
#include "core/monitor/explain_move.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/lagging.hpp"
#include "core/monitor/planned_move.hpp"
#include "core/monitor/show.hpp"
#include "core/monitor/show_leases.hpp"
#include "core/monitor/show_semi_sync.hpp"
#include "core/monitor/startup.hpp"

namespace mmm::monitor {
namespace {

void warn_of_host(const HostName& name, const HostRecord& host, Now now, std::vector<std::string>& all) {
    if (host.version1) {
        all.push_back(
            fmt::format("Warning: {} has an agent of version 1: should it fall silent, its roles move only after "
                        "kill_host or confirm_dead, and what it lost isn't noticed",
                        name));
    }
    if (!agent_reachable(host, now.time)) {
        all.push_back(fmt::format("Warning: agent on host {} is not reachable{}", name,
                                  host.link_problem.empty() ? "" : " (" + host.link_problem + ")"));
        return;
    }
    if (host.status->read_only_owed) all.push_back(fmt::format("Warning: {} could not be made read-only yet", name));
    if (!host.status->problem.empty()) all.push_back(fmt::format("Warning: {}: {}", name, host.status->problem));
    if (!host.status->security.problem.empty())
        all.push_back(
            fmt::format("Warning: {}: keys and certificates can't be read again, those read before stay in "
                        "force: {}",
                        name, host.status->security.problem));
    if (!host.status->privileged.empty())
        all.push_back(fmt::format("Warning: {} is read-only, but these sessions can write to it: {}", name,
                                  host.status->privileged));
    if (!host.status->draining.empty()) all.push_back(fmt::format("{} is {}", name, host.status->draining));
    if (!host.status->drain_lost.empty())
        all.push_back(fmt::format("Warning: {} became the writer without transactions that could not be had: {}", name,
                                  host.status->drain_lost));
    if (!host.errant.empty() && host.extra.empty())
        all.push_back(
            fmt::format("Warning: {} has transactions of its own that the writer lacks: {}", name, host.errant));
    if ((host.state == HostState::replication_fail || host.quarantined) && !host.held_back.empty()) {
        all.push_back(fmt::format("Warning: {} stays out of service: {}", name, host.held_back));
    }
    if (!host.status->gtids) {
        all.push_back(fmt::format("Warning: {} can neither become the writer nor be re-pointed: {}", name,
                                  host.status->history_problem));
    }
    warn_of_semi_sync(name, host, all);
    if (host.flapping) all.push_back(fmt::format("Warning: {} is flapping and stays out of service", name));
    const auto mysql = host.checks.find(CheckKind::mysql);
    if (mysql != host.checks.end() && mysql->second.seen && mysql->second.last == Outcome::unknown) {
        all.push_back(fmt::format("Warning: {} can't be judged: {}", name, mysql->second.message));
    }
}

/// A replica that is in good order as far as its threads go, and gets nothing from a writer that is in service: the
/// links between the two are cut, which moves nothing.
void warn_of_source(const HostName& name, const State& state, std::vector<std::string>& all) {
    const HostRecord& host = state.hosts.at(name);
    const auto writer = state.hosts.find(state.active_master);
    if (writer == state.hosts.end() || writer->first == name || writer->second.state != HostState::online) return;
    const auto backlog = host.checks.find(CheckKind::rep_backlog);
    const auto mysql = host.checks.find(CheckKind::mysql);
    if (host.state != HostState::online || backlog == host.checks.end() || mysql == host.checks.end()) return;
    const bool answers = mysql->second.good && mysql->second.last == Outcome::ok;
    if (!answers || !backlog->second.seen || backlog->second.last != Outcome::unknown) return;
    all.push_back(fmt::format("Warning: replication of {} can't be judged: {}", name, backlog->second.message));
}

}  // namespace

std::vector<HostName> blockers(const SlotRecord& record) {
    std::vector<HostName> hosts;
    for (const auto& host : record.maybe_held) {
        if (host != record.holder) hosts.push_back(host);
    }
    return hosts;
}

std::vector<std::string> host_warnings(const State& state, const HostName& name, Now now) {
    std::vector<std::string> all;
    warn_of_host(name, state.hosts.at(name), now, all);
    warn_of_source(name, state, all);
    return all;
}

std::vector<std::string> warnings(const State& state, Now now) {
    std::vector<std::string> all;
    if (state.mode == MonitorMode::passive) {
        all.push_back("Warning: the monitor is in passive mode and changes nothing" +
                      (state.mode_reason.empty() ? "" : ": " + state.mode_reason));
    }
    if (state.phase == Phase::collecting) {
        all.push_back(refused_by_all(state) ? "Warning: the monitor only looks: all agents that answer refuse it"
                                            : "Warning: the monitor is starting, it only looks yet");
    }
    if (state.open_links)
        all.push_back(
            "Warning: links are plain text: whoever comes from a configured host's address is obeyed; see "
            "mmm keygen");
    if (!state.security.problem.empty())
        all.push_back("Warning: keys and certificates can't be read again, those read before stay in force: " +
                      state.security.problem);
    if (state.network_since == std::nullopt) all.push_back("Warning: the monitor has no network, it changes nothing");
    if (state.network_lossy) {
        all.push_back(
            "Warning: checks time out on several hosts whose agents say that all is well: the network loses packets; "
            "such time-outs move nothing");
    }
    for (const auto& [name, host] : state.hosts) {
        warn_of_host(name, host, now, all);
        warn_of_source(name, state, all);
    }
    warn_of_lagging(state, all);
    warn_of_leases(state, now, all);
    if (state.move && state.move->stage != MoveStage::leave)
        all.push_back("The writer role: " + move_sentence(state, now.time));
    if (!state.move && move_failed_lately(state, now.time))
        all.push_back(fmt::format("Warning: the move of the writer role {} was given up at {}: {}",
                                  state.move_failed_route, wall_text(state.move_failed_at, now), state.move_failure));
    for (const auto& fault : state.setup_faults) all.push_back("Warning: " + fault);
    for (const auto& fault : state.server_faults) all.push_back("Warning: " + fault);
    if (state.mode == MonitorMode::passive || state.phase == Phase::collecting) return all;
    for (const auto& [slot, record] : state.slots) {
        if (record.holder.empty()) {
            all.push_back("Warning: no host can have " + slot.text());
            continue;
        }
        const auto waiting = blockers(record);
        if (record.granted_to == record.holder || waiting.empty()) continue;
        const bool kill_is_all = std::any_of(waiting.begin(), waiting.end(), [&](const HostName& name) {
            const HostRecord& host = state.hosts.at(name);
            return (host.version1 || host.alone) && !agent_reachable(host, now.time);
        });
        all.push_back(fmt::format("Warning: {} goes to {} as soon as it is certain that {} no longer has it{}",
                                  slot.text(), record.holder, fmt::join(waiting, ", "),
                                  kill_is_all ? "; switch it off and say so with confirm_dead HOST" : ""));
    }
    return all;
}

std::vector<std::string> warnings(const Config& config, const State& state, Now now) {
    auto all = warnings(state, now);
    if (!by_leases(state) || state.mode == MonitorMode::passive || state.phase == Phase::collecting) return all;
    if (!lease_trouble(state, now).empty()) return all;  // that is why
    for (const auto& [slot, record] : state.slots) {
        if (record.holder.empty() || record.granted_to == record.holder || !blockers(record).empty()) continue;
        const auto why = what_blocks(config, state, slot, now);
        if (why.empty()) continue;
        all.push_back(fmt::format("Warning: {} is not on {} yet: {}", slot.text(), record.holder, why.back()));
    }
    return all;
}

}  // namespace mmm::monitor
