#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What show and explain say of leases. All of it is empty where no agent takes part in them.

/// `Its lease has epoch 9.monitor-1f00ab32; 4 of 5 voters support it (db1, db3, db4, monitor), 1.8 s are left.`
std::string lease_sentence(const State& state, const Slot& slot, Now now);

/// The line of show for the writer's lease, without its `# `.
std::string writer_lease_line(const Config& config, const State& state, Now now);

/// Why contact decides and not leases, with the hosts that cause it.
std::string why_by_contact(const State& state);

/// `db1 can't be reached from the monitor, but db2, db3 support its lease: it keeps writer(192.168.10.128).`
std::string unseen_sentence(const State& state, const HostName& name, Now now);

/// What needs an operator's attention, one sentence each, beginning with `Warning: `.
void warn_of_leases(const State& state, Now now, std::vector<std::string>& all);

/// For programs: who votes and who of them can be asked; null where no agent takes part.
nlohmann::json leases_json(const State& state, Now now);
/// The lease of one slot; null if its holder doesn't report one.
nlohmann::json lease_json(const State& state, const Slot& slot, Now now);

}  // namespace mmm::monitor
