#include "core/monitor/fence.hpp"

#include <algorithm>

#include "core/lease/believable.hpp"
#include "core/model/gtid.hpp"

namespace mmm::monitor {
namespace {

/// Did the host answer an order that lacks the slot, and does nothing of the slot remain there?
bool let_go(const Config& config, const HostRecord& host, const Slot& slot) {
    if (!host.status || !host.order || host.status->order != host.order->sequence) return false;
    return !host.order->slots.contains(slot) && !may_have(config, *host.status, slot);
}

/// Only a position that was frozen by read_only is a complete one.
std::string frozen_position(const proto::AgentStatus& status) {
    const bool frozen = status.server == proto::Server::up && status.read_only.value_or(false);
    return frozen ? status.position : "";
}

/// One that lets go before it had all that its predecessor had leaves the waiting for that to the next one.
bool leaves_waiting(const SlotRecord& record, const HostName& host, const std::string& position) {
    if (record.catch_up.empty() || record.caught_up || record.catch_up_of == host) return false;
    return !has_reached(position, record.catch_up);
}

}  // namespace

bool has_reached(const std::string& position, const std::string& wanted) {
    const auto have = GtidSet::parse(position);
    const auto to_reach = GtidSet::parse(wanted);
    return have && to_reach && covers(*have, *to_reach);
}

void note_released(SlotRecord& record, const Slot& slot, const HostName& host, std::string proof, std::string position,
                   Effects& effects) {
    if (record.maybe_held.erase(host) == 0) return;
    record.proofs[host] = proof;
    // Should it come back, it is given the slot anew.
    if (record.granted_to == host) record.granted_to.clear();
    if (record.last_granted == host && !leaves_waiting(record, host, position)) {
        record.caught_up = false;
        record.catch_up = std::move(position);
        record.catch_up_of = host;
        record.catch_up_from.clear();
    }
    effects.push_back(Log{LogLevel::info,
                          "address released",
                          {{"event", "released"},
                           {"host", host},
                           {"role", slot.role},
                           {"slot", slot.text()},
                           {"proof", std::move(proof)}}});
}

void note_epoch(SlotRecord& record, Epoch said) {
    if (lease::is_believable(said)) record.epoch = std::max(record.epoch, said);
}

bool may_have(const Config& config, const proto::AgentStatus& status, const Slot& slot) {
    if (status.present.contains(slot) || status.granted.contains(slot)) return true;
    if (status.lease.held.contains(slot) || status.lease.by_contact.contains(slot)) return true;
    return config.is_writer_slot(slot) && status.writer != proto::WriterPhase::none;
}

void observe_holdings(const Config& config, State& state, const HostName& host, Now, Effects& effects) {
    const HostRecord& record = state.hosts.at(host);
    if (!record.status) return;
    const auto& status = *record.status;
    for (auto& [slot, slot_record] : state.slots) {
        // Another monitor, or this one before it lost its status file, may have counted further.
        if (const auto known = status.granted.find(slot); known != status.granted.end()) {
            note_epoch(slot_record, known->second);
        }
        if (may_have(config, status, slot)) {
            slot_record.maybe_held.insert(host);
        } else if (slot_record.holder != host && let_go(config, record, slot)) {
            note_released(slot_record, slot, host, "observed", frozen_position(status), effects);
            // It can't say where its writes ended, but its server lives, read-only now.
            if (record.version1 && slot_record.last_granted == host) slot_record.catch_up_from = host;
        }
    }
}

void expire_silent(const Config&, State& state, Now now, Effects& effects) {
    for (auto& [name, host] : state.hosts) {
        if (!agent_silent(host, now.time)) continue;
        // Its lease may be longer than contact is.
        if (host.by_lease && now.time - host.heard_by_anyone < state.lease.timing.wait()) continue;
        host.status.reset();  // what it said last is no longer so
        if (host.by_lease && by_leases(state)) continue;
        for (auto& [slot, record] : state.slots) {
            note_released(record, slot, name, "silent", "", effects);
        }
    }
}

void take_off_killed(State& state, const HostName& host, Effects& effects) {
    state.hosts.at(host).status.reset();
    for (auto& [slot, record] : state.slots) note_released(record, slot, host, "killed", "", effects);
}

bool free_for(const SlotRecord& slot, const HostName& host) {
    return slot.maybe_held.empty() || (slot.maybe_held.size() == 1 && slot.maybe_held.contains(host));
}

}  // namespace mmm::monitor
