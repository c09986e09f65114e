#include "net/mysql/probe.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/probe_verdicts.hpp"

namespace mmm::net::mysql {

class Probe::Impl {
  public:
    Impl(ProbeOptions options, std::function<void(CheckReport)> on_report)
        : options_(std::move(options)), on_report_(std::move(on_report)), thread_([this] { run(); }) {}

    ~Impl() {
        ending_ = true;
        canceller_->cancel();
        wake_.set();
        thread_.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void run_now() const { wake_.set(); }

  private:
    void run() {
        for (const auto& [kind, limits] : options_.limits) due_[kind] = boot_now();
        while (!ending_) {
            if (wake_.is_set()) {
                wake_.clear();
                due_[CheckKind::mysql] = boot_now();
            }
            if (take_due(CheckKind::mysql)) check_connection();
            check_replication();
            if (connection_.wait_closed_or(next_due(), &wake_) == Idle::closed) due_[CheckKind::mysql] = boot_now();
        }
    }

    [[nodiscard]] Time next_due() const {
        return std::min_element(due_.begin(), due_.end(),
                                [](const auto& a, const auto& b) { return a.second < b.second; })
            ->second;
    }

    /// True if the check is due; its next turn is a period after this one.
    bool take_due(CheckKind kind) {
        const Time now = boot_now();
        Time& due = due_.at(kind);
        if (now < due) return false;
        due = now + options_.limits.at(kind).period;
        return true;
    }

    void tell(CheckKind kind, Verdict verdict) {
        if (!ending_) on_report_({options_.host, kind, verdict.outcome, std::move(verdict.message)});
    }

    void check_connection() { tell(CheckKind::mysql, judge_connection(ask_anything())); }

    Result<void> ask_anything() {
        const Time deadline = boot_now() + options_.limits.at(CheckKind::mysql).timeout;
        if (!connection_.connected()) {
            if (auto opened = connection_.open(options_.endpoint, deadline); !opened) return opened;
        }
        const auto rows = connection_.query("SELECT 1", deadline);
        if (rows) return {};
        // The server may have ended just this session (a restart since the last look, an administrator's KILL).
        if (rows.error().code != Code::unreachable) return tl::make_unexpected(rows.error());
        if (auto opened = connection_.open(options_.endpoint, deadline); !opened) return opened;
        const auto again = connection_.query("SELECT 1", deadline);
        if (!again) return tl::make_unexpected(again.error());
        return {};
    }

    void check_replication() {
        const bool threads = take_due(CheckKind::rep_threads);
        const bool backlog = take_due(CheckKind::rep_backlog);
        if (!threads && !backlog) return;
        Result<ReplicationStatus> status = fail(Code::unreachable, "not connected");
        const bool connected = connection_.connected();
        const CheckKind kind = threads ? CheckKind::rep_threads : CheckKind::rep_backlog;
        if (connected) status = replication_status(connection_, boot_now() + options_.limits.at(kind).timeout);
        const bool still = connected && connection_.connected();
        if (threads) tell(CheckKind::rep_threads, judge_threads(status, still));
        if (backlog) tell(CheckKind::rep_backlog, judge_backlog(status, still, options_.max_backlog));
        if (connected && !still) due_[CheckKind::mysql] = boot_now();
    }

    ProbeOptions options_;
    std::function<void(CheckReport)> on_report_;
    std::atomic<bool> ending_ = false;
    std::shared_ptr<Canceller> canceller_ = std::make_shared<Canceller>();
    Wake wake_;
    Connection connection_{canceller_};
    std::map<CheckKind, Time> due_;
    std::thread thread_;  // last: it uses all of the above
};

Probe::Probe(ProbeOptions options, std::function<void(CheckReport)> on_report)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(on_report))) {}

Probe::~Probe() = default;

void Probe::run_now() {
    impl_->run_now();
}

}  // namespace mmm::net::mysql
