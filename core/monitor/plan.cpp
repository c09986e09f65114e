#include "core/monitor/plan.hpp"

#include <algorithm>

#include "core/monitor/canvass.hpp"
#include "core/monitor/divergence.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/losses.hpp"
#include "core/monitor/planned_move.hpp"

namespace mmm::monitor {
namespace {

/// Are all other hosts' agents of version 1, so that none of them can be heard?
bool is_alone(const State& state, const HostName& host) {
    return std::all_of(state.hosts.begin(), state.hosts.end(),
                       [&](const auto& entry) { return entry.second.version1 == (entry.first != host); });
}

/// By the order's epoch, or by a lease, whoever granted it: the host itself may have, while no monitor was there.
bool is_as_granted(const proto::AgentStatus& status, const Slot& slot, const SlotRecord& record) {
    const auto held = status.lease.held.find(slot);
    if (held != status.lease.held.end()) return held->second.leased;
    return status.granted.contains(slot) && status.granted.at(slot) == record.epoch;
}

/// Is `host` to have the slot as soon as it can? With leases the order may come before the grant: it alone gives
/// nothing.
bool is_ordered(const State& state, const SlotRecord& record, const HostName& host) {
    if (record.holder != host) return false;
    return record.granted_to == host || (by_leases(state) && free_for(record, host));
}

}  // namespace

bool found_holding(const Config& config, const State& state, const Slot& slot, const SlotRecord& record) {
    const HostRecord& holder = state.hosts.at(record.holder);
    if (holder.order || !holder.status->present.contains(slot)) return false;
    return std::all_of(state.hosts.begin(), state.hosts.end(), [&](const auto& entry) {
        const auto& [name, host] = entry;
        if (name == record.holder || !record.maybe_held.contains(name)) return true;
        return !ever_heard(state, host) && !(host.status && may_have(config, *host.status, slot));
    });
}

void observe_writer(const Config& config, State& state, Now, Effects& effects) {
    const Slot slot = writer_slot(config);
    SlotRecord& record = state.slots.at(slot);
    HostName writer;
    if (!record.holder.empty() && record.granted_to == record.holder) {
        const auto& status = state.hosts.at(record.holder).status;
        const bool writes = status && status->writer == proto::WriterPhase::holding && status->present.contains(slot) &&
                            is_as_granted(*status, slot, record);
        // A link that is down for a moment takes nothing away; an assignment that ended does.
        if (writes || state.active_master == record.holder) writer = record.holder;
    }
    if (writer == state.active_master) return;
    state.active_master = writer;
    if (writer.empty()) return;
    record.caught_up = true;
    effects.push_back(Log{LogLevel::info,
                          "writer is in service",
                          {{"event", "writable"},
                           {"host", writer},
                           {"role", slot.role},
                           {"slot", slot.text()},
                           {"epoch", std::to_string(record.epoch)}}});
}

void grant(const Config& config, State& state, Now now, Effects& effects) {
    for (auto& [slot, record] : state.slots) {
        if (record.holder.empty() || record.granted_to == record.holder) continue;
        if (!agent_reachable(state.hosts.at(record.holder), now.time)) continue;
        if (found_holding(config, state, slot, record)) {
            record.granted_to = record.last_granted = record.holder;
            continue;
        }
        if (!free_for(record, record.holder)) continue;
        if (!is_canvassed(config, state, slot, now.time)) continue;
        record.epoch += 1;
        record.granted_to = record.last_granted = record.holder;
        record.maybe_held.insert(record.holder);
        effects.push_back(Log{LogLevel::info,
                              "role granted",
                              {{"event", "granted"},
                               {"host", record.holder},
                               {"role", slot.role},
                               {"slot", slot.text()},
                               {"epoch", std::to_string(record.epoch)}}});
    }
}

void note_alone(State& state) {
    for (auto& [name, host] : state.hosts) {
        if (host.connected && is_alone(state, name)) host.alone = true;
    }
}

proto::Order order_for(const Config& config, const State& state, const HostName& host) {
    const HostRecord& record = state.hosts.at(host);
    proto::Order order;
    order.state = record.state;
    order.active_master = state.active_master;
    order.alone = is_alone(state, host);
    order.leases = by_leases(state);
    for (const auto& [slot, slot_record] : state.slots) {
        if (is_kept_meanwhile(state, slot, host)) order.slots.emplace(slot, slot_record.epoch);
        if (!is_ordered(state, slot_record, host)) continue;
        order.slots.emplace(slot, slot_record.epoch);
        if (!config.is_writer_slot(slot)) continue;
        const bool arrives = record.status && record.status->writer == proto::WriterPhase::arriving;
        if (state.active_master != host || arrives) order.late_drain = slot_record.late_drain;
        if (state.active_master == host) continue;
        // One that gets it back has its own position.
        if (slot_record.catch_up_of != host) order.catch_up = slot_record.catch_up;
        if (slot_record.catch_up_from != host) order.catch_up_from = slot_record.catch_up_from;
        if (!order.catch_up.empty()) order.catch_up_from = slot_record.catch_up_of;
        order.fetch = slot_record.fetch;
        order.fetch_from = slot_record.fetch_from;
        order.was_writer = state.journal.writer == host;
        // A move that can be undone gives nothing up.
        if (state.move && order.late_drain == proto::LateDrain::configured) order.late_drain = proto::LateDrain::wait;
    }
    if (record.state == HostState::admin_offline && config.monitor.offline_stops_replication) {
        order.replication = proto::Replication::stop;
        return order;
    }
    if (!why_not_replicating(config, state, host).empty()) {
        // A slave that goes on from where it is does no harm; a former writer's source could be any.
        const bool stops = record.quarantined || config.can_hold(host, config.active_master_role);
        order.replication = stops ? proto::Replication::stop : proto::Replication::run;
        order.losses = losses_to_read(record);
        return order;
    }
    order.replication = proto::Replication::run;
    order_move(config, state, host, order);
    if (state.active_master.empty()) return order;
    if (state.active_master != host) {
        order.source = state.active_master;
        return order;
    }
    order.source = late_source(state);
    if (!order.source.empty()) return order;
    // The writer replicates from its peer only once that one is back in good order, and has nothing too much.
    const HostName& peer = config.host(host)->peer;
    const auto found = state.hosts.find(peer);
    const bool is_back = found != state.hosts.end() && found->second.state == HostState::online;
    if (is_back && why_not_replicating(config, state, peer).empty()) order.source = peer;
    if (order.source.empty() && stops_pulling(config, state)) order.replication = proto::Replication::stop;
    return order;
}

void send_orders(const Config& config, State& state, Effects& effects) {
    for (auto& [name, host] : state.hosts) {
        // Before it said what it has, an order could take away what it holds by right.
        if (!host.connected || !host.status) continue;
        proto::Order order = order_for(config, state, name);
        // An agent that let go of everything on its own reports order 0: it needs to be told anew.
        const bool lost = host.order && host.status->order == 0 && host.order_accepted;
        if (host.order && host.order->same_content(order) && !lost && !is_to_look(config, state, name)) continue;
        order.sequence = ++state.sequence;
        host.order = order;
        host.order_accepted = false;
        effects.push_back(SendOrder{name, std::move(order)});
    }
}

}  // namespace mmm::monitor
