#pragma once

#include <set>
#include <string>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/config/config.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/drain.hpp"

namespace mmm {

/// What each of the agent's tasks does on the server, one function a task. Without state: any thread may use it.
class SqlActions {
  public:
    SqlActions(const config::Config& config, const config::Host& self) : config_(config), self_(self) {}

    /// Ends by the task's deadline. The position is read where the task freezes one. A drain tells what is left about
    /// once a second.
    agent::TaskDone run(net::mysql::Connection& connection, const agent::StartTask& task,
                        const net::mysql::Progress& progress = {}) const;

  private:
    using Outcome = Result<std::string>;
    Outcome perform(net::mysql::Connection& connection, const agent::SetReadOnly& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::EndClients& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::SetWritable& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::Replicate& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::StopReplication& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::Beat& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::EndSemiSync& task, Time deadline) const;

    Outcome perform(net::mysql::Connection& connection, const agent::Unlock& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::CatchUp& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::ListPrivileged& task, Time deadline) const;
    Outcome perform(net::mysql::Connection& connection, const agent::SetEvents& task, Time deadline) const;
    static agent::TaskDone read_losses(net::mysql::Connection& connection, const agent::StartTask& task,
                                       const std::string& gtids);
    agent::TaskDone freeze(net::mysql::Connection& connection, agent::TaskId id, const agent::FreezeWrites& task,
                           Time deadline) const;

    /// The users that our own programs log in as.
    [[nodiscard]] std::set<std::string> our_users() const;

    Result<void> compare_with(net::mysql::Connection& connection, const config::Host& source, bool other_channels,
                              Time deadline) const;

    const config::Config& config_;
    const config::Host& self_;
};

}  // namespace mmm
