#include "tests/sim/sql_threads.hpp"

#include <charconv>
#include <optional>

namespace mmm::sim {
namespace {

constexpr Span kWorkerLook = 20ms;

/// "0-1-17" as written by Transaction::text().
std::optional<Transaction> parse(const std::string& text) {
    Transaction transaction;
    const auto first = text.find('-');
    const auto second = text.find('-', first + 1);
    if (first == std::string::npos || second == std::string::npos) return std::nullopt;
    const char* const end = text.data() + text.size();
    std::from_chars(text.data() + first + 1, text.data() + second, transaction.server);
    std::from_chars(text.data() + second + 1, end, transaction.sequence);
    return transaction;
}

}  // namespace

SqlThreads::SqlThreads(Ground& ground, const config::Config& config, const config::Host& self, Process& process,
                       Mysqld& server, const Clock& clock, Handlers handlers)
    : ground_(ground),
      config_(config),
      self_(self),
      process_(process),
      server_(server),
      clock_(clock),
      handlers_(std::move(handlers)) {}

void SqlThreads::start(const agent::StartTask& task) {
    const Moment now = ground_.timeline.time();
    const auto job = std::make_shared<Job>(Job{task.id, task.task, now + clock_.until(task.deadline, now), false});
    jobs_[task.id] = job;
    process_.after(
        job->deadline - now, [this, job] { finish(job, fail(Code::timeout, "no answer in time")); }, Source::thread);
    if (server_.refuses_clients && ground_.random.chance(30)) {
        process_.after(1ms, [this, job] { finish(job, fail(Code::busy, "too many connections", 1040)); });
        return;
    }
    std::visit([&](const auto& wanted) { perform(job, wanted); }, job->task);
}

void SqlThreads::cancel(agent::TaskId id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    const JobPtr job = found->second;
    process_.after(
        100us, [this, job] { finish(job, fail(Code::cancelled, "cancelled")); }, Source::thread);
}

void SqlThreads::finish(const JobPtr& job, const Result<std::string>& outcome, const std::string& lost) {
    if (job->over) return;
    job->over = true;
    jobs_.erase(job->id);
    agent::TaskDone done{job->id, outcome, "", {}, lost};
    const bool tells = std::holds_alternative<agent::SetReadOnly>(job->task) ||
                       std::holds_alternative<agent::EndClients>(job->task) ||
                       std::holds_alternative<agent::FreezeWrites>(job->task);
    if (outcome && tells) done.position = server_.position();
    if (outcome && std::holds_alternative<agent::FreezeWrites>(job->task)) done.history = server_.history();
    look();
    handlers_.on_done(std::move(done));
}

Mysqld::Done SqlThreads::continued(const JobPtr& job, Next next) {
    auto answer = std::make_shared<Result<void>>();
    auto go_on = process_.mine(Source::thread, [this, job, answer, next = std::move(next)] {
        if (job->over) return;
        if (*answer) {
            next();
        } else {
            finish(job, tl::make_unexpected(answer->error()));
        }
    });
    return [answer, go_on = std::move(go_on)](const Result<void>& result) {
        *answer = result;
        go_on();
    };
}

void SqlThreads::ask(const JobPtr& job, const Next& work, Next next) {
    server_.execute(work, continued(job, std::move(next)));
}

void SqlThreads::pause(const JobPtr& job, Next next) {
    process_.after(
        kWorkerLook,
        [job, next = std::move(next)] {
            if (!job->over) next();
        },
        Source::thread);
}

void SqlThreads::perform(const JobPtr& job, const agent::SetReadOnly& task) {
    const Span patience = std::max<Span>(task.lock_wait, 1s);
    server_.execute_alone(
        patience, [this] { server_.set_read_only(true); }, continued(job, [this, job] { finish(job, "read-only"); }));
}

void SqlThreads::perform(const JobPtr& job, const agent::EndClients& task) {
    const auto end_them = [this, job] {
        ask(
            job, [this] { server_.locked_until = Moment{}; }, [this, job] { finish(job, "sessions ended"); });
    };
    if (server_.locked_until > ground_.timeline.time() && task.grace > Duration{0}) {
        process_.after(task.grace, end_them, Source::thread);
    } else {
        end_them();
    }
}

/// As SetReadOnly; a client that is in the way is ended once, unless its statement can't be undone in time.
void SqlThreads::perform(const JobPtr& job, const agent::FreezeWrites& task) {
    const Span patience = std::max<Span>(task.grace, 1s);
    server_.execute_alone(
        patience, [this] { server_.set_read_only(true); }, continued(job, [this, job] { finish(job, "0 ended"); }));
}

void SqlThreads::perform(const JobPtr& job, const agent::Unlock&) {
    ask(
        job, [] {}, [this, job] { finish(job, "unlocked"); });
}

void SqlThreads::perform(const JobPtr& job, const agent::CatchUp& task) {
    const auto wanted = parse(task.position);
    if (!wanted) return finish(job, fail(Code::invalid, "not a position"));
    const auto end = [this, job] { finish(job, "caught up"); };
    receive(job, *wanted, std::nullopt, [this, job, wanted, end] { wait_for(job, *wanted, std::nullopt, end); });
}

void SqlThreads::perform(const JobPtr& job, const agent::ListPrivileged&) {
    ask(
        job, [] {}, [this, job] { finish(job, ""); });
}

void SqlThreads::perform(const JobPtr& job, const agent::SetEvents&) {
    ask(
        job, [] {}, [this, job] { finish(job, "switched"); });
}

void SqlThreads::perform(const JobPtr& job, const agent::SetWritable&) {
    // The statement has its deadline in itself: what is executed late does nothing.
    const auto work = [this, deadline = job->deadline] {
        if (ground_.timeline.time() < deadline) server_.set_read_only(false);
    };
    ask(job, work, [this, job] {
        if (server_.read_only()) return finish(job, fail(Code::timeout, "the server stays read-only"));
        finish(job, "writable");
    });
}

bool SqlThreads::has(const Transaction& wanted) const {
    return server_.has(wanted) || (!server_.log().empty() && server_.log().back().sequence >= wanted.sequence);
}

std::optional<Node> SqlThreads::node_of(const HostName& name) const {
    Node node = 0;
    for (const auto& [each, host] : config_.hosts) {
        if (each == name) return node;
        ++node;
    }
    return std::nullopt;
}

void SqlThreads::perform(const JobPtr& job, const agent::Drain& task) {
    const auto wanted = parse(task.catch_up);
    const auto more = parse(task.fetch);
    const auto old_writer = node_of(task.ask);
    const auto slave = node_of(task.fetch_from);
    const auto end = [this, job] { finish(job, "applied"); };
    const auto fetch_wanted = [this, job, wanted, old_writer, end] { fetch(job, wanted, old_writer, end); };
    const auto fetch_all = [this, job, wanted, old_writer, more, slave, fetch_wanted] {
        // What one can't give the other may give.
        const bool other_has_it = wanted && old_writer && more && wanted->sequence >= more->sequence;
        if (other_has_it && ground_.answering(server_.id() - 1, *slave) == nullptr) return fetch_wanted();
        fetch(job, more, slave, fetch_wanted);
    };
    const bool can_fetch = (wanted && old_writer) || slave || task.was_writer;
    const auto apply = [this, job, can_fetch, fetch_all] { apply_all(job, can_fetch, fetch_all); };
    if (wanted) {
        receive(job, *wanted, old_writer, apply);
    } else {
        apply();
    }
}

void SqlThreads::receive(const JobPtr& job, const Transaction& wanted, std::optional<Node> from, Next next) {
    ask(
        job, [] {},
        [this, job, wanted, from, next = std::move(next)] {
            const auto received = server_.received();
            if (has(wanted) || (received && received->sequence >= wanted.sequence)) return next();
            const bool gone = from && ground_.answering(server_.id() - 1, *from) == nullptr;
            if (from && (!server_.io || gone)) return next();
            if (!server_.io) return finish(job, fail(Code::refused, "the I/O thread isn't running; not received"));
            pause(job, [this, job, wanted, from, next] { receive(job, wanted, from, next); });
        });
}

void SqlThreads::apply_all(const JobPtr& job, bool can_fetch, Next next) {
    if (!server_.source)
        return ask(
            job, [] {}, std::move(next));
    if (!server_.started_since_restart && server_.up()) {
        return ask(
            job, [] {},
            [this, job, can_fetch, next = std::move(next)] {
                if (can_fetch) return next();
                finish(job, fail(Code::timeout, "unknown: replication wasn't started since the restart"));
            });
    }
    const auto stop_receiving = [this] {
        if (server_.io && server_.sql_error == 0) server_.sql = true;
        server_.io = server_.io_connected = false;
    };
    ask(job, stop_receiving, [this, job, can_fetch, next = std::move(next)] {
        if (server_.relay.empty()) return next();
        if (server_.sql_error != 0) return finish(job, fail(Code::refused, "the SQL thread stopped with an error"));
        server_.sql = true;
        handlers_.on_progress({job->id, server_.relay.size(), "some"});
        pause(job, [this, job, can_fetch, next] { apply_all(job, can_fetch, next); });
    });
}

/// What never arrived, from who has it.
void SqlThreads::fetch(const JobPtr& job, const std::optional<Transaction>& wanted, std::optional<Node> from,
                       Next next) {
    if (!wanted || has(*wanted)) return next();
    if (!from) return finish(job, fail(Code::refused, "not received: " + wanted->text()));
    if (ground_.answering(server_.id() - 1, *from) == nullptr)
        return finish(job, fail(Code::unreachable, "its server doesn't answer"), wanted->text());
    const auto begin = [this, from] {
        if (server_.source != from || !server_.own_position) server_.point_at(*from, true);
        server_.start_threads();
    };
    const auto apply_it = [this, job, next = std::move(next)] { apply_all(job, false, next); };
    ask(job, begin, [this, job, wanted, from, apply_it] { wait_for(job, *wanted, from, apply_it); });
}

void SqlThreads::wait_for(const JobPtr& job, const Transaction& wanted, std::optional<Node> from, Next next) {
    ask(
        job, [] {},
        [this, job, wanted, from, next = std::move(next)] {
            if (has(wanted)) return next();
            if (server_.sql_error != 0 || !server_.sql)
                return finish(job, fail(Code::refused, "the SQL thread isn't running"));
            if (from && !server_.io) return finish(job, fail(Code::refused, "the source refuses"), wanted.text());
            if (from && ground_.answering(server_.id() - 1, *from) == nullptr)
                return finish(job, fail(Code::unreachable, "its server doesn't answer"), wanted.text());
            pause(job, [this, job, wanted, from, next] { wait_for(job, wanted, from, next); });
        });
}

void SqlThreads::perform(const JobPtr& job, const agent::GiveUpRest& task) {
    const auto received = std::make_shared<std::optional<Transaction>>();
    const auto stop = [this, received] {
        server_.io = server_.io_connected = server_.sql = false;
        if (!server_.relay.empty()) *received = server_.relay.back();
        server_.relay.clear();
    };
    ask(job, stop, [this, job, task, received] {
        std::optional<Transaction> most = *received;
        for (const auto& wanted : {parse(task.catch_up), parse(task.fetch)}) {
            if (wanted && !has(*wanted) && (!most || most->sequence < wanted->sequence)) most = wanted;
        }
        finish(job, "replication is stopped", most ? most->text() : "");
    });
}

void SqlThreads::perform(const JobPtr& job, const agent::Replicate& task) {
    const auto begin = [this, job] {
        ask(
            job, [this] { server_.start_threads(); }, [this, job] { finish(job, "replication runs"); });
    };
    if (task.source.empty()) return begin();
    Node source = 0;
    for (const auto& [name, host] : config_.hosts) {
        if (name == task.source) break;
        ++source;
    }
    const bool own_position = self_.mode == HostMode::master && !task.writer;
    const auto change = [this, job, source, own_position, begin] {
        if (server_.source == source && server_.own_position == own_position) {
            if (server_.io && server_.sql) return finish(job, "replicating");
            return begin();
        }
        ask(
            job, [this, source, own_position] { server_.point_at(source, own_position); }, begin);
    };
    if (server_.source && server_.source != source && server_.started_since_restart) {
        apply_all(job, false, change);
    } else {
        ask(
            job, [] {}, change);
    }
}

void SqlThreads::perform(const JobPtr& job, const agent::StopReplication&) {
    ask(
        job, [this] { server_.io = server_.io_connected = server_.sql = false; },
        [this, job] { finish(job, "replication is stopped"); });
}

}  // namespace mmm::sim
