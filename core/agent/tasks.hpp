#pragma once

#include <optional>
#include <variant>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// A worker that doesn't report a task's end this long after its deadline is taken to have failed.
inline constexpr Duration kTaskOverdue{1000};

[[nodiscard]] inline bool busy(const State& state, Worker worker) {
    return state.running.contains(worker);
}

/// The running task of `worker` if it is a T, else null.
template <class T>
[[nodiscard]] const T* running(const State& state, Worker worker) {
    const auto found = state.running.find(worker);
    return found == state.running.end() ? nullptr : std::get_if<T>(&found->second.task);
}

/// Starts a task that has `allowed` to end. Precondition: the worker isn't busy.
void start(Turn& turn, Worker worker, Task task, Duration allowed);

/// Gives up on what the worker does, if anything. What the task did to the server so far is unknown.
void cancel(Turn& turn, Worker worker);

/// The task that ended, which is then no longer running; nothing for a task that was cancelled or never started.
[[nodiscard]] std::optional<RunningTask> take(State& state, TaskId id);

/// A task whose worker is overdue; it is cancelled. Nothing: all are in time.
[[nodiscard]] std::optional<RunningTask> take_overdue(Turn& turn);

}  // namespace mmm::agent
