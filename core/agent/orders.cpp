#include "core/agent/orders.hpp"

#include "core/agent/addresses.hpp"
#include "core/agent/contact.hpp"
#include "core/agent/holding.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/replication.hpp"
#include "core/agent/tasks.hpp"
#include "core/agent/version1.hpp"
#include "core/agent/writer.hpp"

namespace mmm::agent {

namespace {

std::string listed(const Slots& slots) {
    std::string text;
    for (const auto& slot : slots) text += (text.empty() ? "" : ", ") + slot.text();
    return text;
}

void grant(Turn& turn, const std::map<Slot, Epoch>& slots) {
    const Slots allowed = turn.config.slots_of(turn.state.self);
    Slots refused;
    turn.state.granted.clear();
    for (const auto& [slot, epoch] : slots) {
        if (allowed.contains(slot)) {
            turn.state.granted[slot] = epoch;
        } else {
            refused.insert(slot);
        }
    }
    std::string problem;
    if (!refused.empty()) {
        problem = "refused " + listed(refused) + ": the configuration on " + turn.state.self +
                  " doesn't give it to this host; compare the files on monitor and agent";
    }
    if (!problem.empty() && problem != turn.state.order_problem) turn.log(LogLevel::error, problem);
    turn.state.order_problem = problem;
}

}  // namespace

void adopt(Turn& turn, const Started& started) {
    State& state = turn.state;
    const Slots& present = started.present;
    const bool lost_record = begin_leases(turn, started);
    const Slots resumed = resume_leases(turn, started);
    state.version1.in_force = !started.lasting.empty();
    state.contact.hold_until = turn.now + (started.lasting.empty() ? kSilenceLimit : kVersion1Grace);
    const Slots allowed = turn.config.slots_of(state.self);
    for (const auto& slot : present) {
        if (!allowed.contains(slot)) continue;
        const lease::SlotRecord record = state.leases.voter.record.of(slot);
        if (resumed.contains(slot)) {
            state.granted[slot] = record.accepted.counter;
        } else if (!lost_record && record.accepted <= record.relinquished) {
            state.leases.by_contact.insert(slot);
            state.granted[slot] = 0;
        }
    }
    adopt_addresses(turn, present);
    if (const auto writer = granted_writer(turn)) {
        adopt_writer(turn, *writer);
    } else {
        Slots maybe_held;
        for (const auto& [slot, record] : state.leases.voter.record.slots)
            if (record.accepted > record.relinquished) maybe_held.insert(slot);
        for (const auto& [slot, noted] : started.noted)
            if (lost_record) maybe_held.insert(slot);
        if (lost_record) maybe_held.insert(present.begin(), present.end());
        owe_read_only(turn, maybe_held);
    }
    if (!present.empty()) turn.log(LogLevel::info, "addresses found at the start", {{"slots", listed(present)}});
}

void accept(Turn& turn, const proto::Order& order) {
    State& state = turn.state;
    if (!hear_monitor(turn)) return;
    if (order.sequence <= state.contact.sequence) return;
    const bool first_on_link = state.contact.sequence == 0;
    state.contact.sequence = order.sequence;
    state.version1.in_force = false;
    apply(turn, order);
    // Who is to be the writer, and what it lacks, is decided by what is so now, not a second ago.
    turn.effects.push_back(LookAtServer{++state.contact.look});
    // The link was away: so may have been the network, and with it what others know of our addresses.
    if (first_on_link) announce_again(turn);
    state.reporting.due = true;
}

void apply(Turn& turn, const proto::Order& order) {
    State& state = turn.state;
    // What contact alone held so far goes on until it has its first lease.
    if (order.leases && state.order && !state.order->leases) {
        for (const auto& [slot, epoch] : state.granted) state.leases.by_contact.insert(slot);
    }
    if (order.leases) {
        state.leases.in_use = true;
    } else {
        forget_leases(turn);
    }
    state.order = order;
    state.ordered_once = true;
    state.ordered_state = order.state;
    state.ordered_active_master = order.active_master;
    grant(turn, order.slots);
    if (order.leases) hold_by_leases(turn);
    order_replication(turn);
}

void let_go(Turn& turn, const std::string& reason) {
    State& state = turn.state;
    const bool is_writer = state.writer.step != WriterStep::none;
    if (is_writer) remove_address(turn, state.writer.slot);
    Slots others = state.addresses.present;
    for (const auto& [slot, held] : state.addresses.held) others.insert(slot);
    if (is_writer) others.erase(state.writer.slot);
    for (const auto& slot : others) remove_address(turn, slot);

    state.granted.clear();
    state.leases.by_contact.clear();
    state.order.reset();
    end_version1(turn, reason);
    leave_at_once(turn);
    yield_replication(turn);
    drop_link(turn, reason);
    turn.log(LogLevel::warning, "everything is let go until the next order: " + reason);
}

void let_go_by_contact(Turn& turn, const std::string& reason) {
    State& state = turn.state;
    for (const auto& slot : Slots(state.leases.by_contact)) {
        state.granted.erase(slot);
        const bool is_writer = state.writer.step != WriterStep::none && state.writer.slot == slot;
        remove_address(turn, slot);
        if (is_writer) leave_at_once(turn);
    }
    state.leases.by_contact.clear();
    turn.log(LogLevel::warning, "what had no lease yet is let go: " + reason);
}

}  // namespace mmm::agent
