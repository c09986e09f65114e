#include "cmd/sql_tasks.hpp"

#include "cmd/endpoints.hpp"
#include "cmd/sql_actions.hpp"
#include "cmd/task_worker.hpp"
#include "net/mysql/server_watch.hpp"

namespace mmm {
namespace {

agent::ServerSeen seen_from(const net::mysql::ServerLook& look) {
    agent::ServerSeen seen;
    seen.server = look.server;
    seen.read_only = look.read_only;
    seen.position = look.position;
    seen.message = look.message;
    if (!look.replication || !look.replication->configured) return seen;
    const auto& replication = *look.replication;
    if (const auto source = Address::parse(replication.source_host)) seen.source = *source;
    seen.io_running = replication.io_running || replication.io_connecting;
    seen.io_connected = replication.io_running;
    seen.sql_running = replication.sql_running;
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
          watch_(agent_endpoint(self), [on_seen = std::move(handlers.on_seen)](
                                           const net::mysql::ServerLook& look) { on_seen(seen_from(look)); }),
          fence_(agent_endpoint(self), run(), done()),
          replication_(agent_endpoint(self), run(), done()) {}

    TaskWorker& worker(agent::Worker which) { return which == agent::Worker::fence ? fence_ : replication_; }
    TaskWorker& fence() { return fence_; }
    TaskWorker& replication() { return replication_; }

  private:
    TaskWorker::Run run() {
        return [this](net::mysql::Connection& connection, const agent::StartTask& task) {
            return actions_.run(connection, task);
        };
    }
    std::function<void(agent::TaskDone)> done() {
        return [this](agent::TaskDone result) {
            watch_.look_now();
            on_done_(std::move(result));
        };
    }

    SqlActions actions_;
    std::function<void(agent::TaskDone)> on_done_;
    net::mysql::ServerWatch watch_;
    TaskWorker fence_;
    TaskWorker replication_;
};

SqlTasks::SqlTasks(const config::Config& config, const config::Host& self, Handlers handlers)
    : impl_(std::make_unique<Impl>(config, self, std::move(handlers))) {}

SqlTasks::~SqlTasks() = default;

void SqlTasks::start(const agent::StartTask& task) {
    impl_->worker(task.worker).start(task);
}

void SqlTasks::cancel(agent::TaskId id) {
    impl_->fence().cancel(id);
    impl_->replication().cancel(id);
}

}  // namespace mmm
