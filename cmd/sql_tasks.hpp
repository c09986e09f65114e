#pragma once

#include <functional>
#include <memory>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/config/config.hpp"

namespace mmm {

/// What the agent does on its own server: a watch that looks at it, and three workers for tasks, each with a thread
/// and a connection of its own, so that fencing never queues behind catching up, nor either behind the heartbeat.
/// Handlers run on those threads.
class SqlTasks {
  public:
    struct Handlers {
        std::function<void(agent::ServerSeen)> on_seen;
        std::function<void(agent::TaskDone)> on_done;
        std::function<void(agent::TaskProgress)> on_progress;
    };

    SqlTasks(const config::Config& config, const config::Host& self, Handlers handlers);
    ~SqlTasks();
    SqlTasks(const SqlTasks&) = delete;
    SqlTasks& operator=(const SqlTasks&) = delete;

    /// on_done follows, for a cancelled task too.
    void start(const agent::StartTask& task);
    void cancel(agent::TaskId id);
    void look(const agent::LookAtServer& asked);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mmm
