#include "core/monitor/unable.hpp"

#include <algorithm>

#include "core/monitor/allocate.hpp"
#include "core/monitor/divergence.hpp"

namespace mmm::monitor {
namespace {

/// Granted to a host within reach that is to serve with it, and its address isn't on.
bool lacks_address(const Config& config, const State& state, const Slot& slot, const SlotRecord& record, Time now) {
    if (record.holder.empty() || record.granted_to != record.holder) return false;
    const HostRecord& host = state.hosts.at(record.holder);
    if (!agent_reachable(host, now) || !host.status->granted.contains(slot)) return false;
    if (host.status->present.contains(slot)) return false;
    return !config.is_writer_slot(slot) || host.status->read_only == false;
}

bool another_could(const Config& config, const State& state, const Slot& slot, const HostName& but, Time now) {
    const auto& hosts = config.role(slot.role)->hosts;
    return std::any_of(hosts.begin(), hosts.end(), [&](const HostName& name) {
        if (name == but) return false;
        if (why_not_eligible(config, state, name, slot.role, now).empty()) return true;
        // Each would wait for the other for ever: the one for somebody who can take over, that one for a writer.
        return config.is_writer_slot(slot) && awaits_writer(config, state, name, now);
    });
}

}  // namespace

void give_up_unable(const Config& config, State& state, Time now, Effects& effects) {
    for (auto& [slot, record] : state.slots) {
        if (!lacks_address(config, state, slot, record, now)) {
            record.lacking_since.reset();
            continue;
        }
        if (!record.lacking_since) record.lacking_since = now;
        if (now - *record.lacking_since < kAddressDue || !roles_leave_failed_hosts(state)) continue;
        // A planned move is given up at its own deadline.
        if (state.move && config.is_writer_slot(slot)) continue;
        const HostName holder = record.holder;
        if (!another_could(config, state, slot, holder, now)) continue;
        HostRecord& host = state.hosts.at(holder);
        host.unable_until = now + kUnableFor;
        record.lacking_since.reset();
        const std::string& problem = host.status->problem;
        assign(config, state, slot, "",
               holder + " doesn't get its address on" + (problem.empty() ? "" : ": " + problem), now, effects);
    }
}

}  // namespace mmm::monitor
