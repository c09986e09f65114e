#include "cmd/task_worker.hpp"

namespace mmm {

TaskWorker::TaskWorker(net::mysql::Endpoint endpoint, Run run, std::function<void(agent::TaskDone)> on_done)
    : endpoint_(std::move(endpoint)), run_(std::move(run)), on_done_(std::move(on_done)), thread_([this] { loop(); }) {}

TaskWorker::~TaskWorker() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        canceller_->cancel();
    }
    changed_.notify_one();
    thread_.join();
}

void TaskWorker::start(const agent::StartTask& task) {
    {
        const std::lock_guard lock(mutex_);
        next_ = task;
        if (running_ != 0) canceller_->cancel();
    }
    changed_.notify_one();
}

void TaskWorker::cancel(agent::TaskId id) {
    const std::lock_guard lock(mutex_);
    if (next_ && next_->id == id) next_.reset();
    if (running_ != id) return;
    running_ = 0;  // whatever comes of it is not told
    canceller_->cancel();
}

void TaskWorker::loop() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return ending_ || next_.has_value(); });
        if (ending_) return;
        const agent::StartTask task = *std::exchange(next_, std::nullopt);
        running_ = task.id;
        canceller_->reset();
        lock.unlock();
        agent::TaskDone done = carry_out(task);
        lock.lock();
        const bool wanted = running_ == task.id && !next_ && !ending_;
        running_ = 0;
        if (!wanted) continue;
        lock.unlock();
        on_done_(std::move(done));
        lock.lock();
    }
}

agent::TaskDone TaskWorker::carry_out(const agent::StartTask& task) {
    if (!connection_.connected()) {
        if (auto opened = connection_.open(endpoint_, task.deadline); !opened) {
            return {task.id, tl::make_unexpected(opened.error()), ""};
        }
    }
    agent::TaskDone done = run_(connection_, task);
    const bool stale = !done.outcome && done.outcome.error().code == Code::unreachable && !canceller_->cancelled();
    if (!stale) return done;
    // The session was from before the server's restart, or was killed: that says nothing about the server as it is now.
    if (auto opened = connection_.open(endpoint_, task.deadline); !opened) {
        return {task.id, tl::make_unexpected(opened.error()), ""};
    }
    return run_(connection_, task);
}

}  // namespace mmm
