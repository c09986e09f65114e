#pragma once

#include <optional>

#include "core/lease/holder.hpp"
#include "core/lease/proposer.hpp"
#include "core/lease/voter.hpp"

namespace mmm::lease {

/// Rule 20: a monitor that dies after a majority promised would leave a healthy holder unable to renew, for ever. True
/// if this host held the slot last as far as it knows, can't renew it, and heard no monitor for X. Then it proposes for
/// itself; voters that have supported a newer epoch refuse.
bool may_regrant(const Holder& holder, const Voter& voter, const Slot& slot, Time monitor_heard, Time now,
                 const Timing& timing);

/// The proposal of a self-regrant. Save the voter's record before its first request is sent. Nothing: this host lost
/// its state. It is judged and granted like any other; asking again needs a new one, after a pause that differs by
/// host.
std::optional<Proposal> regrant(Voter& voter, const Slot& slot, OnLoss on_loss, const std::set<HostName>& candidates);

}  // namespace mmm::lease
