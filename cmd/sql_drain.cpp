#include "cmd/sql_drain.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "cmd/endpoints.hpp"
#include "core/model/gtid.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/catch_up.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/repoint.hpp"
#include "net/mysql/semi_sync.hpp"
#include "net/mysql/sql_thread.hpp"

namespace mmm {
namespace {

namespace mysql = net::mysql;
using namespace std::chrono_literals;

/// How long another server has to answer: a dead one must not hold up the new writer.
constexpr Duration kAskTimeout{1000};
/// How long what an old writer has may take to arrive here, when it was asked for it.
constexpr Duration kReceiveTimeout{10'000};
/// So often it is looked whether whoever is waited for still answers.
constexpr Duration kAnswersPeriod{2000};

/// What of `wanted` isn't here, each transaction of it.
Result<GtidSet> lacking(mysql::Connection& connection, const std::string& wanted, Time deadline) {
    const auto left = mysql::not_applied(connection, wanted, deadline);
    if (!left) return tl::make_unexpected(left.error());
    if (left->empty()) return GtidSet();
    const auto all = GtidSet::parse(*left);
    if (!all) return tl::make_unexpected(all.error());
    const auto position = mysql::gtid_position(connection, deadline);
    if (!position) return tl::make_unexpected(position.error());
    const auto here = GtidSet::parse(*position);
    if (!here) return tl::make_unexpected(here.error());
    return rest(*here, *all);
}

class DrainTask {
  public:
    DrainTask(const config::Config& config, const config::Host& self, mysql::Connection& connection, Time deadline,
              const mysql::Progress& progress)
        : config_(config), self_(self), connection_(connection), deadline_(deadline), progress_(progress) {}

    Result<std::string> run(const agent::Drain& task);
    std::string lost;

  private:
    [[nodiscard]] Result<std::string> position_of(const HostName& host) const;
    /// Was it asked for so long that its silence says something?
    [[nodiscard]] bool is_gone(const HostName& host) const;
    /// Until all of `position` has arrived. What `from` can't send any more is found missing later.
    Result<void> receive(const std::string& position, const HostName& from);
    void wait_for_no_dead_replica();
    Result<mysql::Drained> apply();
    struct Wanted {
        std::string position;
        HostName from;
    };
    /// What isn't here after all is applied, from whoever answers of those that have it.
    Result<void> fetch_all(const std::vector<Wanted>& all);
    Result<void> fetch(const std::string& position, const HostName& from);
    Result<void> replicate_until(const std::string& position, const HostName& from);

    const config::Config& config_;
    const config::Host& self_;
    mysql::Connection& connection_;
    Time deadline_;
    const mysql::Progress& progress_;
    bool may_come_ = false;  ///< what couldn't be fetched isn't out of reach
};

Result<std::string> DrainTask::position_of(const HostName& host) const {
    const Time until = std::min(deadline_, net::boot_now() + kAskTimeout);
    const config::Host* other = config_.host(host);
    if (other == nullptr) return fail(Code::invalid, "host '" + host + "' isn't in the configuration here");
    mysql::Connection connection;
    if (auto opened = connection.open(replication_endpoint(*other), until); !opened)
        return tl::make_unexpected(opened.error());
    return mysql::gtid_position(connection, until);
}

bool DrainTask::is_gone(const HostName& host) const {
    const Duration left = deadline_ - net::boot_now();
    const auto answer = position_of(host);
    return !answer && (answer.error().code == Code::unreachable || left >= kAskTimeout / 2);
}

Result<void> DrainTask::receive(const std::string& position, const HostName& from) {
    while (true) {
        const Time until = std::min(deadline_, net::boot_now() + kAnswersPeriod);
        auto received = mysql::wait_until_received(connection_, position, until);
        if (received) return received;
        // The I/O thread doesn't run: what it would have brought is fetched later.
        if (received.error().code == Code::refused && !from.empty()) return {};
        if (received.error().code != Code::timeout || net::boot_now() >= deadline_) return received;
        if (!from.empty() && is_gone(from)) return {};
    }
}

/// Where this server takes the old writer for a replica that acknowledges, what is applied here waits for its word,
/// which is dead: until the server notices, after seconds or a minute. Failing isn't worse than that wait.
void DrainTask::wait_for_no_dead_replica() {
    (void)mysql::end_senders_that_are_waited_for(connection_, deadline_);
}

Result<mysql::Drained> DrainTask::apply() {
    auto drained = mysql::drain(connection_, deadline_, [this](const mysql::Drained& so_far) {
        if (progress_) progress_(so_far);
        wait_for_no_dead_replica();
    });
    if (drained && !drained->complete && !drained->unknown) return fail(Code::timeout, drained->left);
    return drained;
}

Result<void> DrainTask::replicate_until(const std::string& position, const HostName& from) {
    const config::Host& host = *config_.host(from);
    // By its own position: a source that lacks something of it refuses.
    const mysql::Source source = replication_source(host, mysql::GtidStart::current_pos);
    if (auto pointed = mysql::repoint(connection_, source, deadline_); !pointed)
        return tl::make_unexpected(pointed.error());
    while (true) {
        const Time until = std::min(deadline_, net::boot_now() + kAnswersPeriod);
        auto reached = mysql::wait_for_gtid(connection_, position, until);
        if (reached) return {};
        if (reached.error().code != Code::timeout || net::boot_now() >= deadline_)
            return tl::make_unexpected(reached.error());
        if (is_gone(from)) return fail(Code::unreachable, "its server doesn't answer");
        wait_for_no_dead_replica();
        const auto status = mysql::replication_status(connection_, deadline_);
        if (!status) return tl::make_unexpected(status.error());
        if (status->io_stopped()) return fail(Code::refused, mysql::thread_error(*status));
    }
}

Result<void> DrainTask::fetch(const std::string& position, const HostName& from) {
    const auto missing = lacking(connection_, position, deadline_);
    if (!missing) return tl::make_unexpected(missing.error());
    if (missing->empty()) return {};
    if (from.empty()) {
        may_come_ = true;
        return fail(Code::refused, "not received: " + missing->text());
    }
    const bool gone = is_gone(from);
    const Result<void> fetched =
        gone ? Result<void>(fail(Code::unreachable, "its server doesn't answer")) : replicate_until(position, from);
    if (fetched) {
        auto rest = apply();
        return rest ? Result<void>() : tl::make_unexpected(rest.error());
    }
    // What it could still send, or our own SQL thread is in the way of, isn't lost.
    const Code code = fetched.error().code;
    const auto status = mysql::replication_status(connection_, deadline_);
    const bool refused_by_source = code == Code::refused && status && status->sql_running;
    may_come_ = may_come_ || !status || !(code == Code::unreachable || refused_by_source);
    return fail(code, "can't fetch " + missing->text() + " from " + from + ": " + fetched.error().message);
}

Result<std::string> DrainTask::run(const agent::Drain& task) {
    std::string catch_up = task.catch_up;
    if (!catch_up.empty()) {
        if (auto received = receive(catch_up, task.ask); !received) return tl::make_unexpected(received.error());
    } else if (!task.ask.empty()) {
        // Nobody told where the old writer ended. If its server answers, it says so itself; what can't be received from
        // it any more is no reason to stay without a writer: only what was received counts then. Source: MMM 2.2.
        const auto position = position_of(task.ask);
        const Time until = std::min(deadline_, net::boot_now() + kReceiveTimeout);
        if (position && !position->empty() && mysql::wait_until_received(connection_, *position, until))
            catch_up = *position;
    }
    const auto drained = apply();
    if (!drained) return tl::make_unexpected(drained.error());
    // What another server still has needs nothing of a relay log that nobody can judge.
    const bool can_do_without = (!catch_up.empty() && !task.ask.empty()) || !task.fetch_from.empty() || task.was_writer;
    if (drained->unknown && !can_do_without) return fail(Code::timeout, drained->left);
    if (auto fetched = fetch_all({{task.fetch, task.fetch_from}, {catch_up, task.ask}}); !fetched)
        return tl::make_unexpected(fetched.error());
    return "applied " + drained->applied;
}

Result<void> DrainTask::fetch_all(const std::vector<Wanted>& all) {
    std::optional<Error> failed;
    GtidSet missing;
    for (const auto& [position, from] : all) {
        if (position.empty()) continue;
        if (auto fetched = fetch(position, from); !fetched && !failed) failed = fetched.error();
    }
    if (!failed) return {};
    // What one can't give the other may have given.
    for (const auto& [position, from] : all) {
        if (position.empty()) continue;
        const auto left = lacking(connection_, position, deadline_);
        if (!left) return tl::make_unexpected(left.error());
        missing = missing.united(*left);
    }
    if (missing.empty()) return {};
    if (!may_come_) lost = missing.ranges();
    return tl::make_unexpected(*failed);
}

}  // namespace

agent::TaskDone drain_task(const config::Config& config, const config::Host& self, mysql::Connection& connection,
                           agent::TaskId id, const agent::Drain& task, Time deadline, const mysql::Progress& progress) {
    DrainTask drain(config, self, connection, deadline, progress);
    auto outcome = drain.run(task);
    return {.id = id, .outcome = std::move(outcome), .position = "", .lost = drain.lost};
}

agent::TaskDone give_up_task(mysql::Connection& connection, agent::TaskId id, const agent::GiveUpRest& task,
                             Time deadline) {
    const auto failed = [&](const Error& error) { return agent::TaskDone{id, tl::make_unexpected(error), ""}; };
    const auto before = mysql::replication_status(connection, deadline);
    if (!before) return failed(before.error());
    std::string received = task.received;
    if (before->configured) {
        const auto status = mysql::stop_replication(connection, deadline);
        if (!status) return failed(status.error());
        const std::string now =
            connection.server().is_mariadb() ? status->gtid_io_pos : mysql::one_line(status->retrieved_gtid_set);
        if (!now.empty()) received = now;
    }
    const auto position = mysql::gtid_position(connection, deadline);
    if (!position) return failed(position.error());
    const auto here = GtidSet::parse(*position);
    if (!here) return failed(here.error());
    GtidSet wanted;
    for (const std::string& text : {received, task.catch_up, task.fetch}) {
        if (const auto part = GtidSet::parse(text)) wanted = wanted.united(*part);
    }
    // It would be applied when the role comes here again, or counted as something that this host has.
    if (before->configured) {
        if (auto gone = mysql::throw_relay_log_away(connection, deadline); !gone) return failed(gone.error());
    }
    return {.id = id,
            .outcome = std::string("replication is stopped"),
            .position = "",
            .lost = rest(*here, wanted).ranges()};
}

}  // namespace mmm
