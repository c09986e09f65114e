#pragma once

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/config/config.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/drain.hpp"

// How a new writer comes to have all that it is to have, or does without. Without state: any thread may use these.

namespace mmm {

/// Receives what `task` says, applies it, and fetches from others what never arrived. Ends by the deadline. TaskDone
/// says in `lost` what is missing where all else is applied and nobody who has it answers.
agent::TaskDone drain_task(const config::Config& config, const config::Host& self, net::mysql::Connection& connection,
                           agent::TaskId id, const agent::Drain& task, Time deadline,
                           const net::mysql::Progress& progress);

/// Stops replication and throws away what was received; TaskDone says in `lost` what is done without.
agent::TaskDone give_up_task(net::mysql::Connection& connection, agent::TaskId id, const agent::GiveUpRest& task,
                             Time deadline);

}  // namespace mmm
