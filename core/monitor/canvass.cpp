#include "core/monitor/canvass.hpp"

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

bool answered(const HostRecord& host) {
    return host.order && host.status->order == host.order->sequence && host.status->looked;
}

bool knows_fetch(const HostRecord& holder, const SlotRecord& record) {
    return holder.order && holder.order_accepted && holder.order->fetch == record.fetch;
}

}  // namespace

std::set<HostName> awaited_words(const Config& config, const State& state, const Slot& slot, Time now) {
    std::set<HostName> awaited;
    const SlotRecord& record = state.slots.at(slot);
    // Where the last writer tells where it ended, nobody has more.
    if (!config.is_writer_slot(slot) || record.holder.empty() || state.move || state.active_master == record.holder)
        return awaited;
    if (old_writer_tells(state, record, now) || now - record.since >= kLongest) return awaited;
    for (const auto& [name, host] : state.hosts) {
        if (is_asked(host, now) && !answered(host)) awaited.insert(name);
    }
    // The grant would overtake what it is to fetch.
    if (!record.fetch.empty() && !knows_fetch(state.hosts.at(record.holder), record)) awaited.insert(record.holder);
    return awaited;
}

}  // namespace mmm::monitor
