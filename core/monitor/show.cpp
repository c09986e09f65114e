#include "core/monitor/show.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/monitor/explain_leases.hpp"
#include "core/monitor/explain_move.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/lagging.hpp"
#include "core/monitor/planned_move.hpp"
#include "core/monitor/show_leases.hpp"
#include "core/monitor/show_semi_sync.hpp"
#include "core/monitor/startup.hpp"

namespace mmm::monitor {
namespace {

using nlohmann::json;

std::vector<std::string> roles_of(const State& state, const HostName& host) {
    std::vector<std::string> roles;
    for (const auto& [slot, record] : state.slots) {
        if (record.holder == host) roles.push_back(slot.text());
    }
    return roles;
}

std::string agent_word(const HostRecord& host, Time now) {
    if (agent_reachable(host, now)) return "ok";
    return host.link_problem.empty() ? "unreachable" : "unreachable: " + host.link_problem;
}

std::string slot_word(const SlotRecord& record) {
    if (record.holder.empty()) return "orphan";
    return record.granted_to == record.holder ? "held" : "moving";
}

std::vector<HostName> blockers(const SlotRecord& record) {
    std::vector<HostName> hosts;
    for (const auto& host : record.maybe_held) {
        if (host != record.holder) hosts.push_back(host);
    }
    return hosts;
}

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

json host_json(const Config& config, const State& state, const HostName& name, const HostRecord& host, Now now) {
    json warnings_of_host = json::array();
    std::vector<std::string> list;
    warn_of_host(name, host, now, list);
    warn_of_source(name, state, list);
    for (const auto& warning : list) warnings_of_host.push_back(warning);
    json entry{{"name", name},
               {"ip", config.host(name)->ip.text()},
               {"mode", std::string(word(config.host(name)->mode))},
               {"state", std::string(word(host.state))},
               {"since", wall_text(host.since, now)},
               {"reason", host.reason},
               {"quarantined", host.quarantined},
               {"extra_gtids", host.extra.empty() ? json(nullptr) : json(host.extra)},
               {"agent", agent_word(host, now.time)},
               {"protocol", host.version1 ? 1 : 2},
               {"roles", roles_of(state, name)},
               {"warnings", warnings_of_host}};
    if (host.status) {
        entry["read_only"] = host.status->read_only ? json(*host.status->read_only) : json(nullptr);
        entry["source"] = host.status->source ? json(host.status->source->text()) : json(nullptr);
        entry["version"] = host.status->version;
        if (host.status->semi_sync != SemiSync{}) entry["semi_sync"] = semi_sync_json(host.status->semi_sync);
    }
    return entry;
}

json role_json(const State& state, const config::Role& role, Now now) {
    json slots = json::array();
    for (const auto& ip : role.ips) {
        const Slot slot{role.name, ip};
        const SlotRecord& record = state.slots.at(slot);
        slots.push_back({{"ip", ip.text()},
                         {"holder", record.holder.empty() ? json(nullptr) : json(record.holder)},
                         {"epoch", record.epoch},
                         {"state", slot_word(record)},
                         {"waiting_for", blockers(record)}});
        if (by_leases(state)) slots.back()["lease"] = lease_json(state, slot, now);
    }
    return {{"name", role.name},
            {"mode", role.mode == RoleMode::exclusive ? "exclusive" : "balanced"},
            {"prefer", role.prefer.empty() ? json(nullptr) : json(role.prefer)},
            {"slots", slots}};
}

/// With those that need the configuration: slots that nobody else has, and whose host doesn't have them yet.
std::vector<std::string> all_warnings(const Config& config, const State& state, Now now) {
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

template <class Visit>
void each_check(const State& state, const std::string& host, const std::string& kind, Visit visit) {
    for (const auto& [name, record] : state.hosts) {
        if (host != "all" && host != name) continue;
        for (const auto& [check, result] : record.checks) {
            if (kind == "all" || kind == word(check)) visit(name, check, result);
        }
    }
}

std::string verdict_text(const CheckRecord& check) {
    if (!check.seen) return "UNKNOWN: not checked yet";
    const bool telling = !check.message.empty() && check.message != "OK";
    if (!check.good) return telling ? "ERROR: " + check.message : "ERROR";
    if (check.last == Outcome::unknown) return "OK: as before, the last try told nothing: " + check.message;
    if (check.last != Outcome::ok) return "OK: but fails since a moment ago: " + check.message;
    return telling ? "OK: " + check.message : "OK";
}

}  // namespace

std::string mode_word(MonitorMode mode) {
    switch (mode) {
        case MonitorMode::active:
            return "ACTIVE";
        case MonitorMode::manual:
            return "MANUAL";
        case MonitorMode::wait:
            return "WAIT";
        case MonitorMode::passive:
            return "PASSIVE";
    }
    return "UNKNOWN";
}

std::string wall_text(Time at, Now now) {
    // From second to second, not from moment to moment: the same moment has the same text whenever it is shown.
    const auto second = [](Time moment) { return std::chrono::floor<std::chrono::seconds>(moment.time_since_epoch()); };
    const auto local = now.wall.since_epoch + now.wall.utc_offset - (second(now.time) - second(at));
    return fmt::format("{:%Y/%m/%d %H:%M:%S}", std::chrono::sys_seconds(local));
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

std::string show_text(const Config& config, const State& state, Now now) {
    std::string text;
    for (const auto& warning : all_warnings(config, state, now)) text += "# " + warning + "\n";
    for (const auto& [name, host] : state.hosts) {
        const auto& configured = *config.host(name);
        text += fmt::format("  {}({}) {}/{}. Roles: {}\n", name, configured.ip.text(), word(configured.mode),
                            word(host.state), fmt::join(roles_of(state, name), ", "));
    }
    for (const auto& [name, role] : config.roles) {
        if (!role.prefer.empty()) text += fmt::format("# Role {} prefers host {}\n", name, role.prefer);
    }
    if (const auto lease = writer_lease_line(config, state, now); !lease.empty()) text += "# " + lease + "\n";
    if (const auto semi_sync = semi_sync_line(state); !semi_sync.empty()) text += "# " + semi_sync + "\n";
    return text;
}

std::string show_json(const Config& config, const State& state, Now now) {
    json hosts = json::array();
    for (const auto& [name, host] : state.hosts) hosts.push_back(host_json(config, state, name, host, now));
    json roles = json::array();
    for (const auto& [name, role] : config.roles) roles.push_back(role_json(state, role, now));
    json all{{"mode", mode_word(state.mode)},
             {"cluster", config.cluster},
             {"active_master", state.active_master.empty() ? json(nullptr) : json(state.active_master)},
             {"monitor", {{"version", state.version}, {"since", wall_text(state.started, now)}}},
             {"hosts", hosts},
             {"roles", roles},
             {"warnings", all_warnings(config, state, now)}};
    if (state.lease.begun) all["leases"] = leases_json(state, now);
    return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string checks_text(const State& state, const std::string& host, const std::string& kind, Now now) {
    std::size_t width = 0;
    for (const auto& [name, record] : state.hosts) width = std::max(width, name.size());
    std::string text;
    each_check(state, host, kind, [&](const HostName& name, CheckKind check, const CheckRecord& result) {
        text += fmt::format("{:<{}}  {:<11}  [last change: {}]  {}\n", name, width, word(check),
                            wall_text(result.changed, now), verdict_text(result));
    });
    return text;
}

std::string checks_json(const State& state, const std::string& host, const std::string& kind, Now now) {
    json all = json::array();
    each_check(state, host, kind, [&](const HostName& name, CheckKind check, const CheckRecord& result) {
        all.push_back({{"host", name},
                       {"check", std::string(word(check))},
                       {"ok", result.good},
                       {"seen", result.seen},
                       {"changed", wall_text(result.changed, now)},
                       {"message", result.message}});
    });
    return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mmm::monitor
