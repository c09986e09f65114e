#include "core/monitor/canvass.hpp"

#include <algorithm>

#include "core/monitor/candidate.hpp"

namespace mmm::monitor {
namespace {

/// An order and a look take some milliseconds; a loaded server's a few hundred.
constexpr Duration kLongest{300};

/// Does what the server has count, and does its agent say when it looked?
bool is_asked(const HostRecord& host, Time now) {
    if (!agent_reachable(host, now) || host.version1 || host.status->server != proto::Server::up) return false;
    return host.status->handover != proto::Handover::unsupported && !host.quarantined;
}

/// Has it looked since it got an order that was sent after asking began?
bool has_looked(const HostRecord& host, const Canvass& canvass) {
    return host.order && host.order->sequence > canvass.after && host.status->order == host.order->sequence &&
           host.status->looked;
}

bool knows_fetch(const HostRecord& holder, const SlotRecord& record) {
    return holder.order && holder.order_accepted && holder.order->fetch == record.fetch;
}

/// Where the last writer tells where it ended, nobody has more.
bool is_needed(const Config& config, const State& state, const Slot& slot, Time now) {
    const SlotRecord& record = state.slots.at(slot);
    return config.is_writer_slot(slot) && !record.holder.empty() && record.granted_to != record.holder && !state.move &&
           state.active_master != record.holder && !old_writer_tells(state, record, now);
}

bool is_down(const HostRecord& host, Time now) {
    return agent_reachable(host, now) && host.status->server == proto::Server::down;
}

/// Nothing more comes from the old writer, wherever its address is.
bool is_old_writer_down(const State& state, const SlotRecord& record, Time now) {
    return !record.maybe_held.empty() &&
           std::all_of(record.maybe_held.begin(), record.maybe_held.end(),
                       [&](const HostName& name) { return is_down(state.hosts.at(name), now); });
}

void look_around(const State& state, Canvass& canvass, Time now) {
    canvass.awaited.clear();
    for (const auto& [name, host] : state.hosts) {
        if (!is_asked(host, now)) continue;
        if (has_looked(host, canvass)) canvass.looked.insert(name);
        if (!canvass.looked.contains(name) && now - canvass.since < kLongest) canvass.awaited.insert(name);
    }
}

void begin(State& state, SlotRecord& record, Time now) {
    record.canvass = Canvass{now, state.sequence};
    look_around(state, *record.canvass, now);
}

}  // namespace

void note_canvass(const Config& config, State& state, Time now) {
    const Slot slot = writer_slot(config);
    SlotRecord& record = state.slots.at(slot);
    if (!is_needed(config, state, slot, now)) {
        record.canvass.reset();
    } else if (record.canvass) {
        look_around(state, *record.canvass, now);
    } else if (is_old_writer_down(state, record, now)) {
        begin(state, record, now);
    }
}

bool is_canvassed(const Config& config, State& state, const Slot& slot, Time now) {
    if (!is_needed(config, state, slot, now)) return true;
    SlotRecord& record = state.slots.at(slot);
    if (!record.canvass) begin(state, record, now);
    if (now - record.canvass->since >= kLongest) return true;
    // The grant would overtake what it is to fetch.
    const bool fetch_known = record.fetch.empty() || knows_fetch(state.hosts.at(record.holder), record);
    return record.canvass->awaited.empty() && fetch_known;
}

bool is_to_look(const Config& config, const State& state, const HostName& host) {
    const auto& canvass = state.slots.at(writer_slot(config)).canvass;
    const auto& order = state.hosts.at(host).order;
    return canvass && canvass->awaited.contains(host) && order && order->sequence <= canvass->after;
}

bool is_kept_meanwhile(const State& state, const Slot& slot, const HostName& host) {
    const SlotRecord& record = state.slots.at(slot);
    const HostRecord& old = state.hosts.at(host);
    if (!record.canvass || record.canvass->awaited.empty() || record.holder == host) return false;
    // What it was told to give up already isn't given back.
    const bool has_it = old.order && old.order->slots.contains(slot) && record.maybe_held.contains(host);
    return has_it && old.status && old.status->server == proto::Server::down;
}

}  // namespace mmm::monitor
