#include "core/agent/step.hpp"

#include <variant>

#include "core/agent/addresses.hpp"
#include "core/agent/contact.hpp"
#include "core/agent/heartbeat.hpp"
#include "core/agent/holding.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/losses.hpp"
#include "core/agent/orders.hpp"
#include "core/agent/replication.hpp"
#include "core/agent/self_regrant.hpp"
#include "core/agent/semi_sync.hpp"
#include "core/agent/status.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/version1.hpp"
#include "core/agent/writer.hpp"

namespace mmm::agent {

namespace {

void end_task(Turn& turn, const Task& task, const TaskDone& done) {
    if (std::holds_alternative<Replicate>(task) || std::holds_alternative<StopReplication>(task)) {
        end_replication_task(turn, task, done.outcome);
    } else if (const auto* awaited = std::get_if<CatchUp>(&task)) {
        caught_up(turn, *awaited, done.outcome);
    } else if (std::holds_alternative<Beat>(task)) {
        end_beat(turn, done.outcome);
    } else if (const auto* wanted = std::get_if<ReadLosses>(&task)) {
        end_reading_losses(turn, *wanted, done);
    } else if (std::holds_alternative<EndSemiSync>(task)) {
        end_ending_semi_sync(turn, done.outcome);
    } else {
        end_writer_task(turn, task, done);
    }
}

/// Takes in what happened; acts on nothing but what has to be answered at once.
struct TakeIn {
    Turn& turn;

    void operator()(const Started& event) { adopt(turn, event); }
    void operator()(const LinkOpened&) { open_link(turn); }
    void operator()(const LinkClosed& event) {
        if (!turn.state.contact.link_open) return;
        turn.state.contact.link_open = false;
        turn.state.contact.sequence = 0;
        turn.log(LogLevel::info, "the monitor's link is gone", {{"reason", event.reason}});
    }
    void operator()(const MonitorHeard&) { (void)hear_monitor(turn); }
    void operator()(const OrderReceived& event) { accept(turn, event.order); }
    void operator()(const Version1Asked& event) { take_version1(turn, event.id, event.line); }
    void operator()(const EchoHeard&) { hear_echo(turn); }
    void operator()(const PeerHeard& event) { hear_peer(turn, event.host, event.age); }
    void operator()(const AddressesSeen& event) { see_addresses(turn, event.present); }
    void operator()(const LeaseHeard& event) { hear_lease(turn, event.from, event.message); }
    void operator()(const RecordSaved& event) { end_saving(turn, event); }
    void operator()(const AddressFailed& event) { fail_address(turn, event.slot, event.error); }
    void operator()(const ServerSeen& event) {
        const ServerSeen before = turn.state.server;
        see_server(turn, event);
        see_replication(turn, before);
    }
    void operator()(const TaskDone& event) {
        if (const auto ended = take(turn.state, event.id)) end_task(turn, ended->task, event);
    }
    void operator()(const TaskProgress& event) { see_progress(turn, event); }
    void operator()(const SecurityRead& event) { turn.state.security.note(event.in_force, event.problem); }
    void operator()(const Tick& event) { turn.state.uptime = event.uptime; }
    void operator()(const Stopping&) { turn.state.stopping = true; }
};

/// True for what was under way from another host, and may be as old as a stall of ours.
bool came_from_afar(const Event& event) {
    return std::holds_alternative<LinkOpened>(event) || std::holds_alternative<MonitorHeard>(event) ||
           std::holds_alternative<OrderReceived>(event) || std::holds_alternative<PeerHeard>(event) ||
           std::holds_alternative<EchoHeard>(event);
}

void end_overdue_tasks(Turn& turn) {
    while (const auto overdue = take_overdue(turn)) {
        end_task(turn, overdue->task, {overdue->id, fail(Code::timeout, "no answer within its deadline"), ""});
    }
}

/// Lets go of what may not be held any longer at this moment. True if the link was dropped: then what the event brings
/// from another host belongs to what is over.
bool let_go_when_over(Turn& turn) {
    State& state = turn.state;
    if (stalled(state, turn.now)) {
        const auto pause = turn.now - state.last_step;
        state.contact.deaf_until = turn.now + kDeafAfterStall;
        const std::string reason = "this process was stopped or starved for " + std::to_string(pause.count()) + " ms";
        if (contact_rules(state)) {
            let_go(turn, reason);
        } else {
            // A monitor that spoke meanwhile went unheard: only from now on is its silence one.
            state.leases.monitor_heard = turn.now;
            // Leases say by the clock what may still be held; what is queued on the link is as old as the stall.
            turn.log(LogLevel::warning, reason + "; watching before acting");
            if (!state.leases.by_contact.empty()) let_go_by_contact(turn, reason);
            drop_link(turn, reason);
        }
        return true;
    }
    if (isolated(state, turn.now)) {
        const std::string reason = "neither the monitor nor another agent was heard for 2 s";
        const bool holds = state.contact.link_open || state.order || !state.granted.empty();
        if (contact_rules(state) && holds) {
            let_go(turn, reason);
            return true;
        }
        if (!state.leases.by_contact.empty()) let_go_by_contact(turn, reason);
    }
    if (link_silent(state, turn.now)) {
        drop_link(turn, "nothing came from the monitor for 2 s");
        return true;
    }
    return false;
}

}  // namespace

Effects agent_step(const config::Config& config, State& state, const Event& event, Now now) {
    Turn turn{config, state, now.time, {}};
    if (state.stopping) return {};
    if (!std::holds_alternative<Started>(event)) end_leases(turn);
    const bool is_over = !std::holds_alternative<Started>(event) && let_go_when_over(turn);
    state.last_step = turn.now;

    if (!is_over || !came_from_afar(event)) std::visit(TakeIn{turn}, event);
    if (state.stopping) return std::move(turn.effects);
    end_overdue_tasks(turn);
    regrant_slots(turn);
    hold_by_leases(turn);
    advance_writer(turn);
    keep_addresses(turn);
    relinquish_leases(turn);
    advance_replication(turn);
    tell_losses(turn);
    end_stuck_semi_sync(turn);
    keep_heartbeat(turn);
    send_leases(turn);
    send_reports(turn);
    answer_version1(turn);
    look_around(turn);
    return std::move(turn.effects);
}

}  // namespace mmm::agent
