#include "core/agent/version1.hpp"

#include <algorithm>
#include <iterator>

#include "core/agent/addresses.hpp"
#include "core/agent/contact.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/orders.hpp"
#include "core/agent/writer.hpp"
#include "core/proto/version1.hpp"

namespace mmm::agent {

namespace {

namespace v1 = proto::v1;

void answer(Turn& turn, std::uint64_t id, bool ok, std::string text, std::vector<std::string> fields = {}) {
    turn.emit(AnswerVersion1{id, v1::encode(v1::Reply{ok, std::move(text), std::move(fields), turn.state.uptime})});
}

/// What version 1 leaves unsaid: slaves follow the writer, masters each other, an offline host follows nobody.
proto::Order order_from(const Turn& turn, const v1::AgentStatus& status) {
    const config::Host& self = *turn.config.host(turn.state.self);
    proto::Order order;
    order.state = status.state;
    for (const auto& slot : status.roles) order.slots[slot] = 0;
    order.active_master = status.active_master;
    order.replication = status.state == HostState::admin_offline ? proto::Replication::stop : proto::Replication::run;
    if (order.replication == proto::Replication::run)
        order.source = self.mode == HostMode::master ? self.peer : status.active_master;
    // The old writer was told first and waited for: what its server shows is where it ended.
    if (self.mode == HostMode::master) order.catch_up_from = self.peer;
    return order;
}

void set_status(Turn& turn, std::uint64_t id, const v1::AgentStatus& status) {
    State& state = turn.state;
    if (state.contact.link_open)
        return answer(turn, id, false, "another monitor, of version 2, commands this agent; only one may run");
    // Its orders can overtake each other, and it knows nothing of leases that others may hold (rule 25).
    if (promised_anything(state) && !turn.config.quorum.version1_orders)
        return answer(
            turn, id, false,
            "this agent holds roles by leases, which a monitor of version 1 doesn't know; to go back to it, set "
            "version1_orders in [quorum] on every agent");
    if (state.version1.waiting) answer(turn, *state.version1.waiting, false, "overtaken by a newer command");
    const bool is_first = !version1_monitor_lives(state, turn.now);
    if (is_first) turn.log(LogLevel::info, "a monitor of version 1 commands this agent");
    state.version1.missed = false;
    state.version1.heard = turn.now;
    state.version1.in_force = true;
    state.contact.hold_until = turn.now + kSilenceLimit;
    proto::Order order = order_from(turn, status);
    if (!state.order || !state.order->same_content(order)) {
        apply(turn, order);
        if (is_first) announce_again(turn);
    }
    if (!state.order_problem.empty()) {
        state.version1.waiting.reset();
        return answer(turn, id, false, state.order_problem);
    }
    state.version1.waiting = id;
    state.version1.answer_by = turn.now + kVersion1Patience;
}

/// Roles here that no order gave; they are on their way off already, since addresses are kept as ordered.
std::size_t bad_roles(const State& state) {
    return static_cast<std::size_t>(std::count_if(state.addresses.present.begin(), state.addresses.present.end(),
                                                  [&](const Slot& slot) { return !state.granted.contains(slot); }));
}

/// What SET_STATUS took away and is still here; empty: nothing.
std::string still_held(const Turn& turn) {
    const State& state = turn.state;
    std::string text;
    const auto add = [&](const Slot& slot) { text += (text.empty() ? "" : ", ") + slot.text(); };
    for (const auto& slot : state.addresses.present) {
        if (!state.granted.contains(slot)) add(slot);
    }
    const bool leaving = !granted_writer(turn) && state.writer.step != WriterStep::none;
    if (leaving && text.empty()) add(state.writer.slot);
    return text;
}

bool has_all_granted(const Turn& turn) {
    const State& state = turn.state;
    if (granted_writer(turn) && state.writer.step != WriterStep::hold) return false;
    return std::all_of(state.granted.begin(), state.granted.end(),
                       [&](const auto& entry) { return state.addresses.present.contains(entry.first); });
}

v1::SystemStatus system_status(const State& state) {
    return {state.server.read_only == false, state.addresses.present, state.server.source};
}

v1::AgentStatus agent_status(const State& state) {
    Slots roles;
    for (const auto& [slot, epoch] : state.granted) roles.insert(slot);
    return {state.ordered_state, roles, state.ordered_active_master};
}

}  // namespace

void take_version1(Turn& turn, std::uint64_t id, const std::string& line) {
    State& state = turn.state;
    // What was sent before a stall of ours may be as old as that.
    if (turn.now < state.contact.deaf_until)
        return answer(turn, id, false, "this agent was stopped or starved just now; ask again");
    const auto request = v1::decode_request(line);
    if (!request) return answer(turn, id, false, request.error().message);
    if (request->host != state.self)
        return answer(turn, id, false,
                      "this is the agent of host '" + state.self + "', not of '" + request->host + "'");
    switch (request->command) {
        case v1::Command::ping:
            return answer(turn, id, true, std::string(v1::kPingedByUs));
        case v1::Command::set_status:
            return set_status(turn, id, request->status);
        case v1::Command::get_agent_status:
            return answer(turn, id, true, "Agent status", v1::fields_of(agent_status(state)));
        case v1::Command::get_system_status:
            return answer(turn, id, true, "System status", v1::fields_of(system_status(state)));
        case v1::Command::clear_bad_roles:
            return answer(turn, id, true, "Cleared " + std::to_string(bad_roles(state)) + " roles");
    }
}

void answer_version1(Turn& turn) {
    Version1& version1 = turn.state.version1;
    if (version1.in_force && version1.heard > Time{} && !version1.missed &&
        !version1_monitor_lives(turn.state, turn.now)) {
        version1.missed = true;
        turn.log(LogLevel::warning, "the version 1 monitor wasn't heard for 10 s; what is held stays");
    }
    if (!version1.waiting) return;
    const std::string held = still_held(turn);
    const bool done = held.empty() && has_all_granted(turn);
    if (!done && turn.now < version1.answer_by) return;
    const std::uint64_t id = *version1.waiting;
    version1.waiting.reset();
    if (done) return answer(turn, id, true, "Status applied");
    const std::string& problem = turn.state.writer.problem;
    if (!held.empty()) return answer(turn, id, false, "still has " + held + (problem.empty() ? "" : ": " + problem));
    answer(turn, id, true, "Status accepted, roles are on their way" + (problem.empty() ? "" : ": " + problem));
}

void end_version1(Turn& turn, const std::string& reason) {
    Version1& version1 = turn.state.version1;
    version1.in_force = false;
    if (!version1.waiting) return;
    answer(turn, *version1.waiting, false, "everything was let go: " + reason);
    version1.waiting.reset();
}

bool version1_monitor_lives(const State& state, Time now) {
    return state.version1.in_force && now - state.version1.heard < kVersion1Recent;
}

}  // namespace mmm::agent
