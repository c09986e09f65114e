#include "core/lease/regrant.hpp"

#include <algorithm>

namespace mmm::lease {

bool may_regrant(const Holder& holder, const Voter& voter, const Slot& slot, Time monitor_heard, Time now,
                 const Timing& timing) {
    const SlotRecord record = voter.record.of(slot);
    if (!voter.record.settled || !record.accepted || record.supported > record.accepted) return false;
    // A restarted agent has to listen as long as one that lost its monitor.
    if (now - std::max(monitor_heard, voter.life.started) < timing.promise_validity()) return false;
    const auto held = holder.slots.find(slot);
    return held == holder.slots.end() || record.promised > held->second.epoch;
}

std::optional<Proposal> regrant(Voter& voter, const Slot& slot, OnLoss on_loss, const std::set<HostName>& candidates) {
    const Epoch last = voter.record.of(slot).accepted;
    const auto epoch = next_epoch(voter.record, slot, voter.self);
    if (!epoch) return std::nullopt;
    return Proposal{{slot, *epoch, voter.self, voter.voters.hash(), last}, voter.voters, on_loss, candidates};
}

}  // namespace mmm::lease
