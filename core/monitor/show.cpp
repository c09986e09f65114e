#include "core/monitor/show.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/monitor/fence.hpp"
#include "core/monitor/show_leases.hpp"
#include "core/monitor/show_semi_sync.hpp"
#include "core/monitor/warnings.hpp"

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

json host_json(const Config& config, const State& state, const HostName& name, const HostRecord& host, Now now) {
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
               {"warnings", host_warnings(state, name, now)}};
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

std::string show_text(const Config& config, const State& state, Now now) {
    std::string text;
    for (const auto& warning : warnings(config, state, now)) text += "# " + warning + "\n";
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
             {"warnings", warnings(config, state, now)}};
    if (state.lease.begun) all["leases"] = leases_json(state, now);
    return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mmm::monitor
