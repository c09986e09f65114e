#pragma once

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// Promises are asked for again after this while they are missing.
inline constexpr Duration kAskAgain{200};
/// After a regrant that came to nothing the next one waits so long, and as much again for each host before it by name,
/// so that two hosts don't outvote each other for ever.
inline constexpr Duration kRegrantPause{1000};

/// A voter's answer to what this host asked for itself.
void hear_promise(Turn& turn, const lease::PromiseReply& reply);
/// Rule 20: the last holder of a slot that can't be renewed, and hears no monitor, asks the voters anew for itself.
void regrant_slots(Turn& turn);

}  // namespace mmm::agent
