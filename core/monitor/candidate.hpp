#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/gtid.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Who has how much of the cluster's data: what decides between hosts that may become the writer, and what the one that
/// does so is to fetch from others first.

/// All that the host has, applied or only received; nothing: unknown.
std::optional<GtidSet> has(const HostRecord& host, Time now);

/// Can the candidate be told where the last writer ended by itself?
bool old_writer_tells(const State& state, const SlotRecord& record, Time now);

/// What the host has and the writer lacks; nothing: one of them doesn't say. The writer's word may be older than the
/// host's, so what it wrote itself doesn't count; nor do channels beside the cluster's.
std::optional<GtidSet> own_beyond(const proto::AgentStatus& host, const proto::AgentStatus& writer);

/// Those of `hosts` than which no other is known to have more. Unknown is neither more nor less.
std::vector<HostName> with_most_data(const State& state, const std::vector<HostName>& hosts, Time now);

/// Why the host's data keep it from becoming the writer, for people; empty: they don't.
std::string why_not_writer(const HostRecord& host, const HostName& name);

/// Notes transactions that a host has of its own, while there is a writer to compare it with.
void watch_errant(State& state, Time now, Effects& effects);

/// Notes for a writer that is on its way which host has more than it.
void watch_fetch(const Config& config, State& state, Time now, Effects& effects);

}  // namespace mmm::monitor
