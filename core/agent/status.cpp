#include "core/agent/status.hpp"

#include "core/agent/contact.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/writer.hpp"

namespace mmm::agent {

namespace {

proto::Handover handover(const Writer& writer) {
    if (writer.step == WriterStep::freeze) return proto::Handover::freezing;
    if (writer.step == WriterStep::frozen) return proto::Handover::frozen;
    return writer.gave_up ? proto::Handover::refused : proto::Handover::none;
}

/// A status is one line of bounded length, so is what goes wrong.
constexpr std::size_t kProblemLimit = 2000;

std::string problems(const State& state) {
    std::string text;
    const auto add = [&](const std::string& problem) {
        if (!problem.empty()) text += (text.empty() ? "" : "; ") + problem;
    };
    add(state.order_problem);
    add(state.leases.problem);
    add(state.writer.problem);
    add(state.writer.events_problem);
    for (const auto& [slot, problem] : state.addresses.problems) add(problem.text);
    add(state.replication.problem);
    add(state.replication.await_problem);
    add(state.heartbeat.problem);
    add(state.semi_sync.problem);
    if (state.semi_sync.switched_off) {
        add("semi-synchronous replication was switched off because commits waited too long for an acknowledgement; "
            "switch it on again when replicas acknowledge");
    }
    if (state.server.server == proto::Server::up) add(state.server.message);
    if (text.size() > kProblemLimit) text.resize(kProblemLimit);
    return text;
}

/// What runs with time alone is no news: the rest of a lease, the age of a vote, who answered the last round. In
/// `sent` it becomes what it is now.
void bring_up_to_date(lease::Report& sent, const lease::Report& report) {
    const bool both_silent = sent.silent_for > Duration{0} && report.silent_for > Duration{0};
    if (both_silent) sent.silent_for = report.silent_for;
    for (const auto& [slot, held] : report.held) {
        const auto found = sent.held.find(slot);
        if (found == sent.held.end()) continue;
        found->second.left = held.left;
        if (found->second.supporters != held.supporters) found->second.supporters = held.supporters;
    }
    for (const auto& [slot, supported] : report.supported) {
        const auto found = sent.supported.find(slot);
        if (found != sent.supported.end()) found->second.age = supported.age;
    }
}

/// Uptime and position move all the time; the heartbeat is often enough for them. Asked at every event, so nothing is
/// copied: what is no news is brought up to date in `sent`, and all the rest is compared.
bool is_news(const proto::AgentStatus& status, proto::AgentStatus& sent) {
    sent.uptime = status.uptime;
    sent.position = status.position;
    sent.history = status.history;
    sent.semi_sync.oldest = status.semi_sync.oldest;
    sent.semi_sync.waiting = status.semi_sync.waiting;
    sent.received = status.received;
    sent.draining = status.draining;
    bring_up_to_date(sent.lease, status.lease);
    return sent != status;
}

/// True if `due` has come; the next time follows in step, unless that is past already.
bool elapsed(Time& due, Time now, Duration period) {
    if (now < due) return false;
    due = now - due < period ? due + period : now + period;
    return true;
}

/// What a writer was sent and hasn't applied is not on the writer: others have it alone, and it may be lost.
const std::string& history(const State& state) {
    const bool holds = state.writer.step >= WriterStep::hold && state.writer.step <= WriterStep::frozen;
    return holds ? state.server.applied : state.server.history;
}

}  // namespace

proto::AgentStatus report(const State& state, Time now) {
    proto::AgentStatus status;
    status.order = state.contact.sequence;
    status.state = state.ordered_state;
    status.granted = state.granted;
    status.active_master = state.ordered_active_master;
    status.present = state.addresses.present;
    status.server = state.server.server;
    status.read_only = state.server.read_only;
    status.read_only_owed = state.writer.read_only_owed;
    status.writer = phase(state.writer.step);
    status.source = state.server.source;
    status.rejoining = state.replication.unconfirmed;
    status.history = history(state);
    status.history_problem = state.server.history_problem;
    status.server_id = state.server.server_id;
    status.server_uuid = state.server.server_uuid;
    status.gtids = state.server.gtids;
    status.io_error = state.server.io_error;
    status.sql_error = state.server.sql_error;
    status.position = state.writer.frozen_position.empty() ? state.server.position : state.writer.frozen_position;
    status.received = state.server.received;
    status.receiving = state.server.io_connected;
    status.sql_problem = state.server.sql_problem;
    if (state.writer.step == WriterStep::drain) status.draining = state.writer.progress.text;
    status.drain_lost = state.writer.lost;
    status.hears = hears(state, now);
    status.problem = problems(state);
    status.handover = handover(state.writer);
    status.refusal = state.writer.refusal;
    status.reached = state.replication.reached;
    status.privileged = state.writer.privileged;
    status.lease = lease_report(state, now);
    status.semi_sync = state.server.semi_sync;
    status.other_channels = state.server.other_channels;
    status.looked = state.contact.sequence != 0 && state.server.look == state.contact.look;
    status.uptime = state.uptime;
    status.version = state.version;
    status.security = state.security;
    return status;
}

void send_reports(Turn& turn) {
    Reporting& reporting = turn.state.reporting;
    if (turn.state.contact.link_open) {
        proto::AgentStatus status = report(turn.state, turn.now);
        const bool heartbeat = elapsed(reporting.heartbeat_at, turn.now, kHeartbeat);
        if (heartbeat || reporting.due || !reporting.sent || is_news(status, *reporting.sent)) {
            reporting.due = false;
            reporting.sent = status;
            turn.emit(SendStatus{std::move(status)});
        }
    }
    if (elapsed(reporting.alive_at, turn.now, kAlivePeriod)) turn.emit(SendAlive{});
}

}  // namespace mmm::agent
