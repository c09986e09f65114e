#include "core/monitor/step.hpp"

#include <algorithm>

#include "core/monitor/admin.hpp"
#include "core/monitor/allocate.hpp"
#include "core/monitor/candidate.hpp"
#include "core/monitor/canvass.hpp"
#include "core/monitor/checks.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/host_states.hpp"
#include "core/monitor/journal.hpp"
#include "core/monitor/kill.hpp"
#include "core/monitor/leases.hpp"
#include "core/monitor/losses.hpp"
#include "core/monitor/masters_setup.hpp"
#include "core/monitor/plan.hpp"
#include "core/monitor/proposals.hpp"
#include "core/monitor/reload.hpp"
#include "core/monitor/startup.hpp"
#include "core/monitor/status_file.hpp"
#include "core/monitor/unseen.hpp"

namespace mmm::monitor {
namespace {

bool failing(const HostRecord& host, CheckKind kind) {
    const auto found = host.checks.find(kind);
    return found != host.checks.end() && found->second.failing_since.has_value();
}

struct Step {
    const Config& config;
    State& state;
    Now now;
    Effects effects;
    std::optional<AnswerAdmin> answer;

    void log(LogLevel level, std::string message, std::vector<std::pair<std::string, std::string>> fields) {
        effects.push_back(Log{level, std::move(message), std::move(fields)});
    }

    void take(const Started& event);
    void take(const Checked& event) { take_report(config, state, event.report, now.time); }
    void take(const NetworkSeen& event);
    void take(const AgentConnected& event);
    void take(const AgentGone& event);
    void take(const AgentSaid& event);
    void take(const LossesRead& event) { state.hosts.at(event.host).losses = event.losses; }
    void take(const LeaseHeard& event) { hear_lease(config, state, event, now.time); }
    void take(const RecordSaved& event) { end_saving(state, event, now.time, effects); }
    void take(const KillDone& event);
    void take(const AdminAsked& event);
    void take(const SecurityRead& event) { state.security.note(event.in_force, event.problem); }
    void take(const Tick&) {}

    void notice_stall();
    void note_hearing(const HostName& host, const proto::AgentStatus& status);
    void note_drain(const HostName& name, const proto::AgentStatus& status);
    void watch_network();
    void end_waiting();
    void place();
    bool act();
    void save();
};

void Step::take(const Started& event) {
    begin_voter(config, state, event, now.time, effects);
    begin_journal(state, event.journal, now, effects);
    if (!event.problem.empty()) {
        log(LogLevel::warning, "status file can't be used; going by what agents and their systems show",
            {{"reason", event.problem}});
        return;
    }
    const auto stored = parse_status(event.saved);
    if (!stored) {
        log(LogLevel::warning, "status file can't be used; going by what agents and their systems show",
            {{"reason", stored.error().message}});
        return;
    }
    remember(config, state, *stored);
    state.saved = event.saved;
    if (state.lease.begun) say_silent(state, now.time, effects);
}

void Step::take(const NetworkSeen& event) {
    state.network_seen = true;
    state.network_ok = event.reachable;
}

void Step::take(const AgentConnected& event) {
    HostRecord& host = state.hosts.at(event.host);
    host.connected = true;
    host.connected_at = now.time;
    host.version1 = event.version1;
    host.version2 = host.version2 || !event.version1;
    host.no_leases = !event.version1 && !event.leases;
    host.confirmed_dead = false;
    if (!event.leases) host.by_lease = false;  // by what it holds from now on
    if (event.leases && !std::exchange(state.lease.begun, true)) say_silent(state, now.time, effects);
    drop_attempts_for(state, event.host);
    host.link_problem.clear();
    host.losses.reset();
    host.heard = now.time;
    host.heard_by_anyone = now.time;
    host.status.reset();
    host.order.reset();
    host.order_accepted = false;
    log(LogLevel::info, event.version1 ? "agent of version 1 connected" : "agent connected", {{"host", event.host}});
}

void Step::take(const AgentGone& event) {
    HostRecord& host = state.hosts.at(event.host);
    if (host.connected)
        log(LogLevel::warning, "agent lost", {{"host", event.host}, {"reason", event.reason}});
    else if (event.refuses && host.link_problem != event.reason)
        log(LogLevel::warning, "an agent answers, but there is no link to it",
            {{"host", event.host}, {"reason", event.reason}});
    if (host.connected && !event.refuses) host.link_lost = now.time;
    host.connected = false;
    host.link_problem = event.reason;
    host.refuses = event.refuses;
}

void Step::note_hearing(const HostName& host, const proto::AgentStatus& status) {
    state.hosts.at(host).heard = now.time;
    state.hosts.at(host).heard_by_anyone = now.time;
    for (const auto& other : status.hears) {
        const auto found = state.hosts.find(other);
        if (found == state.hosts.end()) continue;
        found->second.heard_by_anyone = now.time;
        found->second.confirmed_dead = false;
    }
}

void Step::note_drain(const HostName& name, const proto::AgentStatus& status) {
    const HostRecord& host = state.hosts.at(name);
    if (!status.drain_lost.empty() && (!host.status || host.status->drain_lost != status.drain_lost))
        log(LogLevel::error, "the new writer does without transactions that could not be had",
            {{"event", "drain_lost"}, {"host", name}, {"gtids", status.drain_lost}});
}

void Step::take(const AgentSaid& event) {
    HostRecord& host = state.hosts.at(event.host);
    note_hearing(event.host, event.status);
    const bool newly_down =
        event.status.server == proto::Server::down && (!host.status || host.status->server != proto::Server::down);
    const bool new_problem =
        !event.status.problem.empty() && (!host.status || host.status->problem != event.status.problem);
    if (new_problem)
        log(LogLevel::warning, "agent reports a problem", {{"host", event.host}, {"problem", event.status.problem}});
    note_drain(event.host, event.status);
    host.status = event.status;
    host.said_up = event.status.server == proto::Server::up ? std::optional<Time>(now.time) : std::nullopt;
    take_releases(state, event.host);
    if (host.order && host.order->sequence == event.status.order) {
        host.order_accepted = true;
        host.alone = host.order->alone;
    }
    if (newly_down) {
        log(LogLevel::warning, "agent says that mysqld is gone", {{"host", event.host}, {"event", "agent_detected"}});
        effects.push_back(CheckNow{event.host});
    }
}

void Step::take(const KillDone& event) {
    HostRecord& host = state.hosts.at(event.host);
    host.kill_running = false;
    log(event.killed ? LogLevel::warning : LogLevel::error,
        event.killed ? "host was killed" : "host could not be killed",
        {{"host", event.host}, {"event", "killed"}, {"output", event.output}});
    // A host that spoke again since is not the one that was killed.
    if (!event.killed || host.heard >= host.kill_started) return;
    take_kill_of(state, event.host, host.kill_started);
    take_off_killed(state, event.host, effects);
}

void Step::take(const AdminAsked& event) {
    auto reply =
        changes_something(event.words) && !event.only_looks.empty()
            ? proto::ControlReply{proto::kExitRefused, "ERROR: You may look, not command: " + event.only_looks, ""}
            : run_command(config, state, event.words, now, effects, event.who, event.id);
    if (state.reload && state.reload->id == event.id) return;
    effects.push_back(log_of_command(event.words, event.who, reply));
    answer = AnswerAdmin{event.id, std::move(reply)};
}

/// A process that was stopped or starved knows nothing of the meantime: it watches before it acts.
void Step::notice_stall() {
    const Duration gap = now.time - state.last_step;
    state.last_step = now.time;
    if (gap < kStall) return;
    log(LogLevel::warning, "this process did not run for a while; watching before acting",
        {{"ms", std::to_string(gap.count())}});
    restart_evidence(state, now.time);
    state.watch_until = now.time + kWatchAfterStall;
    if (state.move) state.move->deadline += gap;
}

void Step::watch_network() {
    const bool fine = (state.network_seen || config.monitor.ping_ips.empty()) && network_fine(config, state, now.time);
    if (fine == state.network_since.has_value()) return;
    if (fine) {
        log(LogLevel::info, "the monitor's network is fine", {});
        state.network_since = now.time;
        restart_evidence(state, now.time);
        if (state.phase == Phase::collecting) forget_first_failures(state, now.time);
    } else {
        log(LogLevel::error,
            "the monitor has no network: no ping_ips answer, or all hosts are lost at once; nothing is changed", {});
        state.network_since.reset();
    }
}

/// WAIT mode ends when both masters are ONLINE, or one has been for long enough.
void Step::end_waiting() {
    if (state.mode != MonitorMode::wait) return;
    const auto& masters = config.writer_role().hosts;
    const auto online = std::count_if(masters.begin(), masters.end(), [&](const HostName& name) {
        return state.hosts.at(name).state == HostState::online;
    });
    // At start a host that was stored as ONLINE and doesn't answer is still within its trap period.
    const bool both = online > 1 && std::none_of(masters.begin(), masters.end(), [&](const HostName& name) {
                          const HostRecord& host = state.hosts.at(name);
                          return failing(host, CheckKind::ping) || failing(host, CheckKind::mysql);
                      });
    if (online == 0) state.one_master_since.reset();
    if (online > 0 && !state.one_master_since) state.one_master_since = now.time;
    const Duration limit = config.monitor.wait_for_other_master;
    const bool waited = online > 0 && limit > Duration{0} && now.time - *state.one_master_since >= limit;
    if (!both && !waited) return;
    state.mode = MonitorMode::active;
    log(LogLevel::info, "waiting is over, the monitor is active",
        {{"reason", both ? "both masters are ONLINE" : "one master is ONLINE for wait_for_other_master"}});
}

void Step::save() {
    if (state.mode == MonitorMode::passive) return;
    std::string text = status_text(state);
    if (text == state.saved) return;
    state.saved = text;
    effects.push_back(SaveStatus{std::move(text)});
}

/// Slots go to the hosts that they are assigned to, by proof that nobody else holds them.
void Step::place() {
    note_canvass(config, state, now.time);
    if (by_leases(state)) {
        propose(config, state, state.mode != MonitorMode::passive, now.time, effects);
        return;
    }
    for (auto& [slot, record] : state.slots) record.attempt.reset();
    if (state.mode != MonitorMode::passive) grant(config, state, now, effects);
}

/// Returns whether it looked at everything, as it doesn't while it only watches.
bool Step::act() {
    for (const auto& [name, host] : state.hosts) observe_holdings(config, state, name, now, effects);
    if (!state.network_since || now.time < state.watch_until) {
        save();
        return false;
    }
    watch_masters_setup(config, state, effects);
    watch_errant(state, now.time, effects);
    expire_silent(config, state, now, effects);
    judge_checks(config, state, now.time, effects);
    // What was begun is finished: a majority that promised supports nobody else.
    if (state.mode == MonitorMode::passive) {
        place();
        return false;
    }
    watch_unseen(config, state, now.time, effects);
    update_states(config, state, now, effects);
    follow_decisions(config, state, now, effects);
    end_waiting();
    allocate(config, state, now, effects);
    // What was taken off a host that holds nothing needs no word from it.
    for (const auto& [name, host] : state.hosts) observe_holdings(config, state, name, now, effects);
    watch_fetch(config, state, now.time, effects);
    place();
    observe_writer(config, state, now, effects);
    kill_silent_holders(config, state, now.time, effects);
    note_alone(state);
    note_by_lease(config, state);
    save();
    send_orders(config, state, effects);
    return true;
}

}  // namespace

Effects step(const Config& config, State& state, const Event& event, Now now) {
    Step step{config, state, now, {}, {}};
    step.notice_stall();
    std::visit([&step](const auto& happened) { step.take(happened); }, event);
    step.watch_network();
    const bool watching = now.time < state.watch_until;
    if (state.phase == Phase::collecting && !watching && seen_enough(state, now)) {
        decide(config, state, now, step.effects);
    }
    const bool looked = state.phase == Phase::running && step.act();
    send_leases(state, now.time, step.effects);
    // The book is kept when all else is on its way: nothing waits for it.
    if (looked) watch_writer(config, state, now, step.effects);
    advance_reload(state, now, step.effects);
    // An answer depends on what was saved, as orders do.
    if (step.answer) step.effects.push_back(std::move(*step.answer));
    return std::move(step.effects);
}

}  // namespace mmm::monitor
