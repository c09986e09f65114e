#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/config/config.hpp"
#include "tests/sim/ground.hpp"
#include "tests/sim/mysqld.hpp"
#include "tests/sim/process.hpp"

namespace mmm::sim {

/// The agent's work on its server, as cmd/sql_actions does it, and its looks at it, as net/mysql/server_watch does.
class SqlThreads {
  public:
    struct Handlers {
        std::function<void(agent::ServerSeen)> on_seen;
        std::function<void(agent::TaskDone)> on_done;
        std::function<void(agent::TaskProgress)> on_progress;
    };
    SqlThreads(Ground& ground, const config::Config& config, const config::Host& self, Process& process, Mysqld& server,
               const Clock& clock, Handlers handlers);

    void start(const agent::StartTask& task);
    void cancel(agent::TaskId id);
    void look_at(const agent::LookAtServer& asked);
    /// The agent began: its looks begin.
    void begin();
    /// The agent ended: what was under way is nobody's business any more, but the server goes on with it.
    void forget() { jobs_.clear(); }
    /// The connection to the server was closed.
    void server_lost();

  private:
    struct Job {
        agent::TaskId id = 0;
        agent::Task task;
        Moment deadline;
        bool over = false;
    };
    using JobPtr = std::shared_ptr<Job>;
    using Next = std::function<void()>;

    void perform(const JobPtr& job, const agent::SetReadOnly& task);
    void perform(const JobPtr& job, const agent::EndClients& task);
    void perform(const JobPtr& job, const agent::FreezeWrites& task);
    void perform(const JobPtr& job, const agent::Unlock& task);
    void perform(const JobPtr& job, const agent::CatchUp& task);
    void perform(const JobPtr& job, const agent::ListPrivileged& task);
    void perform(const JobPtr& job, const agent::SetEvents& task);
    void perform(const JobPtr& job, const agent::SetWritable& task);
    void perform(const JobPtr& job, const agent::Drain& task);
    void perform(const JobPtr& job, const agent::Replicate& task);
    void perform(const JobPtr& job, const agent::StopReplication& task);
    /// No world configures these.
    void perform(const JobPtr& job, const agent::ReadLosses&) { finish(job, "read"); }
    void perform(const JobPtr& job, const agent::Beat&) { finish(job, "written"); }
    void perform(const JobPtr& job, const agent::EndSemiSync&) { finish(job, "off"); }
    void perform(const JobPtr& job, const agent::GiveUpRest& task);

    void receive(const JobPtr& job, const Transaction& wanted, std::optional<Node> from, Next next);
    void apply_all(const JobPtr& job, bool can_fetch, Next next);
    void fetch(const JobPtr& job, const std::optional<Transaction>& wanted, std::optional<Node> from, Next next);
    /// Until it is applied; with `from`, as long as that one sends and answers.
    void wait_for(const JobPtr& job, const Transaction& wanted, std::optional<Node> from, Next next);
    [[nodiscard]] bool has(const Transaction& wanted) const;
    [[nodiscard]] std::optional<Node> node_of(const HostName& name) const;
    void finish(const JobPtr& job, const Result<std::string>& outcome, const std::string& lost = "");
    /// A statement of a job; `next` when it is done, in the agent's thread.
    void ask(const JobPtr& job, const Next& work, Next next);
    Mysqld::Done continued(const JobPtr& job, Next next);
    void pause(const JobPtr& job, Next next);

    void look();
    void look_again(Span pause);
    void tell(Result<void> answer, const agent::ServerSeen& seen);
    [[nodiscard]] agent::ServerSeen view() const;

    Ground& ground_;
    const config::Config& config_;
    const config::Host& self_;
    Process& process_;
    Mysqld& server_;
    const Clock& clock_;
    Handlers handlers_;
    std::map<agent::TaskId, JobPtr> jobs_;
    std::uint64_t look_ = 0;  ///< number of the look under way
    bool looking_ = false;
    std::uint64_t asked_ = 0;    ///< number that was asked for last
    std::uint64_t answers_ = 0;  ///< what was asked for before the look under way began
};

}  // namespace mmm::sim
