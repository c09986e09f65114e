#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/endpoint.hpp"

namespace mmm {

/// One thread with one connection to this host's server that carries out one task at a time. A new task ends the one
/// before it; an ended task is not answered.
class TaskWorker {
  public:
    /// Runs on the worker's thread with an open connection; the text is for the log.
    using Run = std::function<agent::TaskDone(net::mysql::Connection&, const agent::StartTask&)>;

    TaskWorker(net::mysql::Endpoint endpoint, Run run, std::function<void(agent::TaskDone)> on_done);
    /// Ends the thread at once, whatever the server does.
    ~TaskWorker();
    TaskWorker(const TaskWorker&) = delete;
    TaskWorker& operator=(const TaskWorker&) = delete;

    void start(const agent::StartTask& task);
    void cancel(agent::TaskId id);

  private:
    void loop();
    agent::TaskDone carry_out(const agent::StartTask& task);

    net::mysql::Endpoint endpoint_;
    Run run_;
    std::function<void(agent::TaskDone)> on_done_;
    std::shared_ptr<net::mysql::Canceller> canceller_ = std::make_shared<net::mysql::Canceller>();
    net::mysql::Connection connection_{canceller_};

    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<agent::StartTask> next_;
    agent::TaskId running_ = 0;
    bool ending_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace mmm
