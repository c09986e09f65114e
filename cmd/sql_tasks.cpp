#include "cmd/sql_tasks.hpp"

#include <map>

#include "cmd/endpoints.hpp"
#include "cmd/sql_actions.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/server_watch.hpp"
#include "net/mysql/worker.hpp"

namespace mmm {
namespace {

agent::ServerSeen seen_from(const net::mysql::ServerLook& look) {
    agent::ServerSeen seen;
    seen.server = look.server;
    seen.read_only = look.read_only;
    seen.clients_only = look.clients_only;
    seen.position = look.position;
    seen.history = look.history.set;
    seen.history_problem = look.history.problem;
    seen.applied = look.history.applied;
    seen.server_id = look.server_id;
    seen.server_uuid = look.server_uuid;
    seen.gtids = look.gtids;
    seen.events = look.events;
    seen.received = look.received;
    seen.complete = look.complete;
    seen.restarts = look.restarts;
    seen.message = look.message;
    seen.semi_sync = look.semi_sync;
    seen.look = look.look;
    seen.other_channels = look.replication && look.replication->others;
    if (!look.replication || !look.replication->configured) return seen;
    const auto& replication = *look.replication;
    if (const auto source = Address::parse(replication.source_host)) seen.source = *source;
    seen.io_running = replication.io_running || replication.io_connecting;
    seen.io_error = seen.io_running ? 0 : static_cast<std::uint32_t>(replication.last_io_errno);
    seen.sql_error = replication.sql_running ? 0 : static_cast<std::uint32_t>(replication.last_sql_errno);
    seen.io_connected = replication.io_running;
    seen.sql_running = replication.sql_running;
    if (!seen.sql_running && replication.last_sql_errno != 0) seen.sql_problem = thread_error(replication);
    seen.replication_error =
        (!seen.io_running && replication.last_io_errno != 0) || (!seen.sql_running && replication.last_sql_errno != 0);
    return seen;
}

}  // namespace

class SqlTasks::Impl {
  public:
    Impl(const config::Config& config, const config::Host& self, Handlers handlers)
        : actions_(config, self),
          on_done_(std::move(handlers.on_done)),
          on_progress_(std::move(handlers.on_progress)),
          watch_(agent_endpoint(self), [on_seen = std::move(handlers.on_seen)](
                                           const net::mysql::ServerLook& look) { on_seen(seen_from(look)); }),
          fence_(agent_endpoint(self)),
          replication_(agent_endpoint(self)),
          heartbeat_(replication_endpoint(self)) {}

    void start(const agent::StartTask& task) {
        const auto work = [this, task](net::mysql::Connection& connection, Time) -> Result<agent::TaskDone> {
            return actions_.run(connection, task, [this, id = task.id](const net::mysql::Drained& so_far) {
                if (on_progress_) on_progress_({id, so_far.transactions_left, so_far.left});
            });
        };
        const bool is_beat = task.worker == agent::Worker::heartbeat;
        const auto done = [this, is_beat, id = task.id](Result<agent::TaskDone> result) {
            if (!is_beat) watch_.look_now();
            on_done_(result ? *result : agent::TaskDone{id, tl::make_unexpected(result.error()), ""});
        };
        const auto job = worker(task.worker).submit<agent::TaskDone>(task.deadline, work, done);
        if (job) {
            jobs_[task.worker] = {task.id, *job};
        } else {
            on_done_({task.id, tl::make_unexpected(job.error()), ""});
        }
    }

    void look(const agent::LookAtServer& asked) { watch_.look_now(asked.number); }

    void cancel(agent::TaskId id) {
        for (const auto& [which, job] : jobs_) {
            if (job.first == id) worker(which).cancel(job.second);
        }
    }

  private:
    net::mysql::Worker& worker(agent::Worker which) {
        if (which == agent::Worker::heartbeat) return heartbeat_;
        return which == agent::Worker::fence ? fence_ : replication_;
    }

    SqlActions actions_;
    std::function<void(agent::TaskDone)> on_done_;
    std::function<void(agent::TaskProgress)> on_progress_;
    /// The last job of each worker; the core starts one task a worker at a time.
    std::map<agent::Worker, std::pair<agent::TaskId, net::mysql::Worker::JobId>> jobs_;
    net::mysql::ServerWatch watch_;
    net::mysql::Worker fence_;
    net::mysql::Worker replication_;
    net::mysql::Worker heartbeat_;  ///< as the user that read_only binds
};

SqlTasks::SqlTasks(const config::Config& config, const config::Host& self, Handlers handlers)
    : impl_(std::make_unique<Impl>(config, self, std::move(handlers))) {}

SqlTasks::~SqlTasks() = default;

void SqlTasks::start(const agent::StartTask& task) {
    impl_->start(task);
}

void SqlTasks::look(const agent::LookAtServer& asked) {
    impl_->look(asked);
}

void SqlTasks::cancel(agent::TaskId id) {
    impl_->cancel(id);
}

}  // namespace mmm
