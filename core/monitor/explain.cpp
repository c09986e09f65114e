#include "core/monitor/explain.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/monitor/divergence.hpp"
#include "core/monitor/explain_leases.hpp"
#include "core/monitor/explain_move.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/show.hpp"
#include "core/monitor/show_leases.hpp"
#include "core/monitor/startup.hpp"

namespace mmm::monitor {
namespace {

using Sentences = std::vector<std::string>;

std::string mode_sentence(const Config& config, const State& state, Now now) {
    switch (state.mode) {
        case MonitorMode::active:
            return "";
        case MonitorMode::manual:
            return "The monitor is in MANUAL mode: roles stay on hosts that fail until set_active.";
        case MonitorMode::passive:
            return fmt::format("The monitor is in PASSIVE mode{}: nothing moves before set_active or set_manual.",
                               state.mode_reason.empty() ? "" : " (" + state.mode_reason + ")");
        case MonitorMode::wait:
            break;
    }
    const Duration limit = config.monitor.wait_for_other_master;
    std::string until = "both masters are ONLINE";
    if (limit > Duration{0} && state.one_master_since)
        until += fmt::format(", or one has been for {} ({} so far)", seconds(limit),
                             seconds(now.time - *state.one_master_since));
    return "The monitor is in WAIT mode: roles stay on hosts that fail until " + until + ", or set_active.";
}

/// What brings a host in that state back.
std::string way_back(const Config& config, const HostName& name, const HostRecord& host) {
    switch (host.state) {
        case HostState::unknown:
        case HostState::online:
            return "";
        case HostState::admin_offline:
            return fmt::format("set_online {} brings it back.", name);
        case HostState::hard_offline:
            return "It is looked at again as soon as it answers pings and its mysqld works.";
        case HostState::replication_fail:
        case HostState::replication_delay:
            return "It comes back by itself when its replication works and has caught up.";
        case HostState::awaiting_recovery:
            break;
    }
    const Duration automatic = config.monitor.auto_set_online;
    if (automatic == Duration{0}) return fmt::format("set_online {} brings it back.", name);
    const Duration calm = host.flapping ? config.monitor.flap_duration : automatic;
    return fmt::format("It comes back by itself when it {} for {}, or by set_online {}.",
                       host.flapping ? "was calm" : "was healthy", seconds(calm), name);
}

void add_checks(const HostRecord& host, Now now, Sentences& all) {
    for (const auto& [kind, check] : host.checks) {
        if (!check.seen || (check.good && !check.failing_since)) continue;
        all.push_back(fmt::format("Its check {} fails since {}{}{}", word(kind),
                                  wall_text(check.failing_since.value_or(check.changed), now),
                                  check.message.empty() ? "" : ": " + check.message,
                                  check.good ? "; it doesn't count before the trap period is over." : "."));
    }
}

void add_agent(const State& state, const HostRecord& host, Now now, Sentences& all) {
    if (host.version1)
        all.push_back("Its agent is of version 1: it takes no part in leases and its silence proves nothing.");
    if (host.no_leases && state.lease.begun) all.push_back("Its agent takes no part in leases: upgrade it.");
    if (!agent_reachable(host, now.time)) {
        all.push_back(fmt::format("Its agent can't be reached{}{}: start `mmm agent` there, or mend its network.",
                                  ever_heard(state, host) ? " since " + wall_text(host.heard, now) : " since the start",
                                  host.link_problem.empty() ? "" : " (" + host.link_problem + ")"));
        return;
    }
    if (!host.status->problem.empty()) all.push_back("Its agent reports: " + host.status->problem + ".");
    if (!host.status->privileged.empty())
        all.push_back("It is read-only, but these sessions can write to it: " + host.status->privileged + ".");
    if (!host.status->drain_lost.empty())
        all.push_back("It became the writer without transactions that could not be had: " + host.status->drain_lost +
                      ".");
    if (!host.errant.empty())
        all.push_back("It has transactions of its own that the writer lacks: " + host.errant +
                      ". It takes the writer role by move_role --force only.");
    if (host.status->read_only_owed) all.push_back("It could not be made read-only yet.");
}

}  // namespace

Explanation explain_monitor(const Config& config, const State& state, Now now) {
    Explanation about{"The monitor", {}};
    if (state.phase == Phase::collecting)
        about.sentences.push_back(refused_by_all(state)
                                      ? "It only looks: all agents that answer refuse it. It acts once they obey it."
                                      : "It is starting: it looks at hosts and agents before it acts.");
    if (!state.network_since)
        about.sentences.push_back(
            "It has no network (no ping_ips answer, or all hosts are lost at once): nothing is changed until it has.");
    if (now.time < state.watch_until)
        about.sentences.push_back("It did not run for a while and watches for " +
                                  seconds(state.watch_until - now.time) + " before it acts.");
    if (auto mode = mode_sentence(config, state, now); !mode.empty()) about.sentences.push_back(std::move(mode));
    if (auto mixed = why_by_contact(state); !mixed.empty()) about.sentences.push_back(std::move(mixed));
    for (auto& sentence : lease_trouble(state, now)) about.sentences.push_back(std::move(sentence));
    return about;
}

Explanation explain_host(const Config& config, const State& state, const HostName& name, Now now) {
    const HostRecord& host = state.hosts.at(name);
    Explanation about{name, {}};
    about.sentences.push_back(fmt::format("It is {} since {}{}.", word(host.state), wall_text(host.since, now),
                                          host.reason.empty() ? "" : ": " + host.reason));
    if (host.unseen) about.sentences.push_back(unseen_sentence(state, name, now));
    if (host.flapping)
        about.sentences.push_back(
            fmt::format("It is flapping, with {} departures within {}, and stays out until it is calm.",
                        host.departures.size(), seconds(config.monitor.flap_duration)));
    if (host.state != HostState::online && !host.held_back.empty())
        about.sentences.push_back("It stays out because " + host.held_back + ".");
    if (!host.extra.empty())
        about.sentences.push_back("All transactions that it has and the writer lacks: " + host.extra + ".");
    if (auto held = why_not_replicating(config, state, name); !held.empty() && host.state != HostState::admin_offline)
        about.sentences.push_back("It is not told to replicate from the writer meanwhile.");
    auto back = host.quarantined ? way_out_of_quarantine(state, name, now) : way_back(config, name, host);
    if (!back.empty()) about.sentences.push_back(std::move(back));
    add_checks(host, now, about.sentences);
    add_agent(state, host, now, about.sentences);
    if (by_leases(state) && agent_reachable(host, now.time)) {
        if (const auto why = why_no_lease(state, name, now.time); !why.empty())
            about.sentences.push_back("It takes no part in leases: " + why + ".");
    }
    if (host.kill_running)
        about.sentences.push_back("The kill command for it runs since " + wall_text(host.kill_started, now) + ".");
    return about;
}

std::vector<Explanation> explain(const Config& config, const State& state, const std::string& name, Now now) {
    std::vector<Explanation> all;
    if (auto monitor = explain_monitor(config, state, now); !monitor.sentences.empty())
        all.push_back(std::move(monitor));
    for (const auto& [host, record] : state.hosts) {
        const bool dull = record.state == HostState::online && agent_reachable(record, now.time) &&
                          record.status->problem.empty() && !record.flapping && !record.unseen;
        if (name == host || (name.empty() && !dull)) all.push_back(explain_host(config, state, host, now));
    }
    for (const auto& [slot, record] : state.slots) {
        const bool concerns =
            name.empty() || slot.role == name || record.holder == name || record.maybe_held.contains(name);
        if (concerns) all.push_back(explain_slot(config, state, slot, now));
    }
    return all;
}

std::string explain_text(const std::vector<Explanation>& all) {
    std::string text;
    for (const auto& about : all) {
        text += about.subject + "\n";
        for (const auto& sentence : about.sentences) text += "  " + sentence + "\n";
    }
    return text;
}

std::string explain_json(const std::vector<Explanation>& all) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& about : all) list.push_back({{"subject", about.subject}, {"sentences", about.sentences}});
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace mmm::monitor
