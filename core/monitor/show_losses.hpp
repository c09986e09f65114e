#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// At most so many bytes of transactions are in one answer, as for `history`.
inline constexpr std::size_t kMostLossesBytes = 48 * 1024;

/// The hosts that are kept out because of what they have and the writer lacks; `only`: this one, if it is.
std::vector<HostName> hosts_with_losses(const State& state, const HostName& only);

/// For each of them: how many, since when, what can be done, and each transaction as far as its agent could read it.
std::string losses_text(const State& state, const std::vector<HostName>& hosts, Now now);
/// The same for programs, see docs/wire.md.
std::string losses_json(const State& state, const std::vector<HostName>& hosts, Now now);

}  // namespace mmm::monitor
