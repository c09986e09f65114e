#include "core/agent/tasks.hpp"

#include <utility>

#include "core/base/check.hpp"

namespace mmm::agent {

void start(Turn& turn, Worker worker, Task task, Duration allowed) {
    MMM_CHECK(!busy(turn.state, worker));
    const TaskId id = ++turn.state.last_task;
    const Time deadline = turn.now + allowed;
    turn.state.running[worker] = RunningTask{id, task, deadline};
    turn.emit(StartTask{id, worker, std::move(task), deadline});
}

void cancel(Turn& turn, Worker worker) {
    const auto found = turn.state.running.find(worker);
    if (found == turn.state.running.end()) return;
    turn.emit(CancelTask{found->second.id});
    turn.state.running.erase(found);
}

std::optional<RunningTask> take(State& state, TaskId id) {
    for (auto it = state.running.begin(); it != state.running.end(); ++it) {
        if (it->second.id != id) continue;
        RunningTask ended = std::move(it->second);
        state.running.erase(it);
        return ended;
    }
    return std::nullopt;
}

std::optional<RunningTask> take_overdue(Turn& turn) {
    for (const auto& [worker, task] : turn.state.running) {
        if (turn.now < task.deadline + kTaskOverdue) continue;
        turn.emit(CancelTask{task.id});
        return take(turn.state, task.id);
    }
    return std::nullopt;
}

}  // namespace mmm::agent
