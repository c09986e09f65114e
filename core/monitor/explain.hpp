#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Sentences about one thing: a host, a slot, or the monitor itself.
struct Explanation {
    std::string subject;
    std::vector<std::string> sentences;
};

/// Why the monitor as a whole moves nothing, or not as usual; no sentences: it acts on failures.
Explanation explain_monitor(const Config& config, const State& state, Now now);

/// Why the host is in its state, since when, and what would change it.
Explanation explain_host(const Config& config, const State& state, const HostName& name, Now now);

/// Why the slot is where it is, what blocks its move, since when, and what would unblock it.
Explanation explain_slot(const Config& config, const State& state, const Slot& slot, Now now);

/// `explain [HOST|ROLE]`: of everything (hosts in good order left out), of one host and its slots, or of one role.
/// Precondition: `name` is empty, or names a host or a role.
std::vector<Explanation> explain(const Config& config, const State& state, const std::string& name, Now now);

/// The subject and its sentences, each on a line of its own.
std::string explain_text(const std::vector<Explanation>& all);
/// The same for programs: a list of objects.
std::string explain_json(const std::vector<Explanation>& all);

}  // namespace mmm::monitor
