#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// A thread with one connection to one server that does jobs in order. The agent has two, so that fencing never queues
/// behind catching up. The connection is made when a job needs it and watched while idle.
class Worker {
  public:
    /// Names a job; never 0, never used twice.
    using JobId = std::uint64_t;

    /// `closed` is called on the worker's thread when the server closes the idle connection: its mysqld is gone, or it
    /// was told to end this session.
    explicit Worker(Endpoint endpoint, std::function<void()> closed = {});
    /// Ends the running job at once; it and all queued ones are answered with Code::cancelled.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Queues `work`, which gets the open connection and the deadline; `done` gets its result, or why it couldn't be
    /// done (no connection, deadline passed in the queue, cancelled). Both are called on the worker's thread, `done`
    /// exactly once. Errors: Code::busy when 64 jobs are queued.
    template <class T>
    Result<JobId> submit(Time deadline, std::function<Result<T>(Connection&, Time)> work,
                         std::function<void(Result<T>)> done) {
        return enqueue(deadline, [deadline, work = std::move(work),
                                  done = std::move(done)](const Result<Connection*>& connection) {
            done(connection ? work(**connection, deadline) : Result<T>(tl::make_unexpected(connection.error())));
        });
    }

    /// Makes that job end with Code::cancelled: at once if it runs, in its turn if it is queued. Others go on.
    void cancel(JobId id);

  private:
    struct Job {
        JobId id = 0;
        Time deadline;
        bool cancelled = false;
        std::function<void(const Result<Connection*>&)> run;
    };

    Result<JobId> enqueue(Time deadline, std::function<void(const Result<Connection*>&)> run);
    void run();
    bool take(Job& job);
    void perform(const Job& job);
    void finish();

    const Endpoint endpoint_;
    const std::function<void()> closed_;
    const std::shared_ptr<const Canceller> canceller_ = std::make_shared<const Canceller>();
    const Wake wake_;
    Connection connection_{canceller_};  // the thread's own

    std::mutex mutex_;  // guards what follows
    std::deque<Job> queue_;
    JobId last_id_ = 0;
    JobId running_ = 0;
    bool stopping_ = false;

    std::jthread thread_;
};

}  // namespace mmm::net::mysql
