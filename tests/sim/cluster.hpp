#pragma once

#include <string>

#include "core/config/config.hpp"
#include "tests/sim/random.hpp"

namespace mmm::sim {

/// What may happen in a run.
enum class Schedule {
    today,    ///< not all agents take part in leases; all faults that contact rules promise to survive
    leases,   ///< all agents do: partitions of any shape, one-way cuts, stops at any moment, lost disks, two monitors
    monitor,  ///< the monitor alone dies, stops, restarts, is cut off, is there twice: nothing may move
};

/// The tutorial's five hosts, or the first `hosts` of its four servers, at least both masters. Settings differ from
/// seed to seed.
config::Config cluster_config(Random random, Schedule schedule, unsigned hosts);

/// A status file as an earlier monitor would have left it: db1 is the writer, the readers are spread.
std::string earlier_status(const config::Config& config);

/// Who has a slot at the beginning.
HostName first_holder(const config::Config& config, const Slot& slot);

}  // namespace mmm::sim
