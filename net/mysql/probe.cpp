#include "net/mysql/probe.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "net/host/boot_clock.hpp"
#include "net/mysql/heartbeat.hpp"
#include "net/mysql/settings.hpp"

namespace mmm::net::mysql {

namespace {

/// The next run of a check with `period` that was due at `due`: regular, without catching up on missed runs.
Time next_run(Time due, Duration period, Time now) {
    return due + period > now ? due + period : now + period;
}

/// How often a server's settings are read on one connection.
constexpr Duration kSettingsPeriod{60'000};

/// What a check asks to see whether the server answers; as cheap as `SELECT 1`, and its answer is of use.
constexpr std::string_view kTrivialSelect =
    "SELECT @@GLOBAL.auto_increment_increment AS numbers_by, @@GLOBAL.auto_increment_offset AS numbers_from";

std::optional<std::uint32_t> small_number(std::optional<std::int64_t> number) {
    if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

ReplicationSetup read_auto_increment(const Rows& rows) {
    if (rows.empty()) return {};
    const Row row(rows, 0);
    return {small_number(row.number("numbers_by")), small_number(row.number("numbers_from")), {}};
}

}  // namespace

Probe::Probe(ProbeConfig config, Report report) : config_(std::move(config)), report_(std::move(report)) {
    thread_ = std::jthread([this] { run(); });
}

Probe::~Probe() {
    canceller_->cancel();
    thread_.join();
}

void Probe::run() {
    const std::map<CheckKind, CheckTiming> timings{{CheckKind::mysql, config_.mysql},
                                                   {CheckKind::rep_threads, config_.rep_threads},
                                                   {CheckKind::rep_backlog, config_.rep_backlog}};
    std::map<CheckKind, Time> due;
    for (const auto& [kind, timing] : timings) due[kind] = boot_now();
    while (true) {
        const auto next = std::min_element(
            due.begin(), due.end(), [](const auto& one, const auto& other) { return one.second < other.second; });
        const Idle idle = connection_.wait_closed_or(next->second, &wake_);
        if (idle == Idle::cancelled) return;
        const Time now = boot_now();
        if (idle == Idle::woken) wake_.clear();
        if (idle != Idle::until) due[CheckKind::mysql] = now;
        std::set<CheckKind> kinds;
        Duration timeout{0};
        for (auto& [kind, time] : due) {
            if (time > now) continue;
            const CheckTiming& timing = timings.at(kind);
            time = next_run(time, timing.period, now);
            kinds.insert(kind);
            if (kind != CheckKind::mysql) timeout = std::max(timeout, timing.timeout);
        }
        Result<void> reached;
        if (kinds.erase(CheckKind::mysql) > 0) reached = check_mysql();
        const bool had_connection = connection_.connected();
        if (!kinds.empty()) check_replication(kinds, std::move(reached), timeout);
        // Lost inside that check: nothing is left to watch, so the mysql check has to tell why.
        if (had_connection && !connection_.connected()) due[CheckKind::mysql] = boot_now();
    }
}

Result<ReplicationSetup> Probe::ask(Time deadline) {
    if (connection_.connected()) {
        const auto answer = connection_.query(kTrivialSelect, deadline);
        if (answer) return read_auto_increment(*answer);
        if (answer.error().code == Code::timeout || answer.error().code == Code::cancelled)
            return tl::make_unexpected(answer.error());
        connection_.close();
    }
    if (auto opened = connection_.open(config_.endpoint, deadline); !opened) return tl::make_unexpected(opened.error());
    settings_at_ = Time{};  // another server process, perhaps with other settings
    return connection_.query(kTrivialSelect, deadline).map(read_auto_increment);
}

Result<void> Probe::check_mysql() {
    const auto setup = ask(boot_now() + config_.mysql.timeout);
    if (!setup) connection_.close();
    const Result<void> answer = setup ? Result<void>() : Result<void>(tl::make_unexpected(setup.error()));
    tell(CheckKind::mysql, mysql_verdict(answer), setup.value_or(ReplicationSetup{}));
    return answer;
}

void Probe::check_replication(const std::set<CheckKind>& kinds, Result<void> reached, Duration timeout) {
    const Time deadline = boot_now() + timeout;
    if (reached && !connection_.connected()) reached = connection_.open(config_.endpoint, deadline);
    const Result<ReplicationStatus> status = reached ? replication_status(connection_, deadline)
                                                     : Result<ReplicationStatus>(tl::make_unexpected(reached.error()));
    for (const CheckKind kind : kinds) {
        if (!status)
            tell(kind, unanswered_verdict(status.error(), reached.has_value()));
        else if (kind == CheckKind::rep_threads)
            tell(kind, rep_threads_verdict(*status), setup_seen(*status, deadline));
        else
            check_backlog(*status, deadline);
    }
}

void Probe::check_backlog(const ReplicationStatus& status, Time deadline) {
    Backlog backlog = backlog_of(status);
    if (!config_.heartbeat_table.empty() && status.configured) {
        const auto age = beat_age(connection_, config_.heartbeat_table, status.source_server_id, deadline);
        if (!age) return tell(CheckKind::rep_backlog, unanswered_verdict(age.error(), true));
        backlog = backlog_by_beat(*age, status);
    }
    tell(CheckKind::rep_backlog, rep_backlog_verdict(backlog, config_.max_backlog), {}, backlog.behind);
}

ReplicationSetup Probe::setup_seen(const ReplicationStatus& status, Time deadline) {
    ReplicationSetup setup{{}, {}, status.source_host};
    if (boot_now() < settings_at_) return setup;
    // What can't be read now is read a minute later: nothing depends on it at once.
    settings_at_ = boot_now() + kSettingsPeriod;
    if (auto settings = read_settings(connection_, status, deadline)) setup.settings = std::move(*settings);
    return setup;
}

void Probe::tell(CheckKind kind, Verdict verdict, ReplicationSetup setup,
                 std::optional<std::chrono::seconds> behind) const {
    if (canceller_->cancelled()) return;
    report_(CheckReport{config_.host, kind, verdict.outcome, std::move(verdict.message), std::move(setup), behind});
}

}  // namespace mmm::net::mysql
