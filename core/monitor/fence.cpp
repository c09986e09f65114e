#include "core/monitor/fence.hpp"

namespace mmm::monitor {
namespace {

/// Did the host answer an order that lacks the slot, and does nothing of the slot remain there?
bool let_go(const Config& config, const HostRecord& host, const Slot& slot) {
    if (!host.status || !host.order || host.status->order != host.order->sequence) return false;
    const auto& status = *host.status;
    if (host.order->slots.contains(slot) || status.granted.contains(slot) || status.present.contains(slot))
        return false;
    return !config.is_writer_slot(slot) || status.writer == proto::WriterPhase::none;
}

void released(SlotRecord& record, const Slot& slot, const HostName& host, std::string how, Effects& effects) {
    if (record.maybe_held.erase(host) == 0) return;
    effects.push_back(Log{LogLevel::info,
                          "address released",
                          {{"event", "released"},
                           {"host", host},
                           {"role", slot.role},
                           {"slot", slot.text()},
                           {"proof", std::move(how)}}});
}

}  // namespace

void observe_holdings(const Config& config, State& state, const HostName& host, Now, Effects& effects) {
    const HostRecord& record = state.hosts.at(host);
    if (!record.status) return;
    const auto& status = *record.status;
    for (auto& [slot, slot_record] : state.slots) {
        if (status.present.contains(slot) || status.granted.contains(slot)) {
            slot_record.maybe_held.insert(host);
            continue;
        }
        if (slot_record.holder == host || !slot_record.maybe_held.contains(host) || !let_go(config, record, slot))
            continue;
        if (config.is_writer_slot(slot)) {
            // Only a position that was frozen by read_only is a complete one.
            const bool frozen = status.server == proto::Server::up && status.read_only.value_or(false);
            slot_record.catch_up = frozen ? status.position : "";
        }
        released(slot_record, slot, host, "observed", effects);
    }
}

void expire_silent(const Config&, State& state, Now now, Effects& effects) {
    for (const auto& [name, host] : state.hosts) {
        if (!agent_silent(host, now.time)) continue;
        for (auto& [slot, record] : state.slots) {
            if (!record.maybe_held.contains(name)) continue;
            record.catch_up.clear();
            released(record, slot, name, "silent", effects);
        }
    }
}

void take_off_killed(State& state, const HostName& host, Effects& effects) {
    for (auto& [slot, record] : state.slots) {
        record.catch_up.clear();
        released(record, slot, host, "killed", effects);
    }
}

bool free_for(const SlotRecord& slot, const HostName& host) {
    return slot.maybe_held.empty() || (slot.maybe_held.size() == 1 && slot.maybe_held.contains(host));
}

}  // namespace mmm::monitor
