#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What the new writer lacks of the old one's transactions, from what their servers said. Precondition: `after` is no
/// older than a full look at the server after the new writer was made writable, or empty.
Loss loss_of(const ServerSets& before, const ServerSets& after);

/// Adds what the new writer said that it did without: received, but not applied when its time was over. The old one may
/// have written it after its last word.
void add_given_up(Loss& loss, const std::string& given_up);

/// What a host's server said last, if it answers.
std::optional<ServerSets> sets_of(const proto::AgentStatus& status);

/// Compares old hosts that are seen again with the writer: an amendment for each, which settles its record.
void settle_accounts(State& state, Now now, Effects& effects);

}  // namespace mmm::monitor
