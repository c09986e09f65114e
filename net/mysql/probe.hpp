#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "core/model/check.hpp"
#include "net/mysql/check_rules.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// How often a check runs and how long one run may take.
struct CheckTiming {
    Duration period{1000};
    Duration timeout{500};
};

struct ProbeConfig {
    HostName host;
    Endpoint endpoint;
    CheckTiming mysql;
    CheckTiming rep_threads;
    CheckTiming rep_backlog;
    std::chrono::seconds max_backlog{60};
    std::string heartbeat_table{};  ///< empty: the server's own word counts
};

/// The monitor's worker for one database: a thread that keeps one connection and runs the checks mysql, rep_threads and
/// rep_backlog over it. A server that hangs delays this thread only, by the check's time-out.
///
/// Between checks it watches the idle connection: when the server closes it, the mysql check runs at once, so a killed
/// mysqld is reported within milliseconds. A connection that turns out to be broken is made anew within the same
/// check: only a server that can't be reached *now* fails.
///
/// What the mysql check selects are the server's auto_increment settings, and rep_threads sees its source: both go
/// into the report for whoever looks at how the masters are set up, and once a minute the other settings that
/// replication rests on.
class Probe {
  public:
    /// Called on the probe's thread with each run of each check.
    using Report = std::function<void(CheckReport)>;

    Probe(ProbeConfig config, Report report);
    /// Ends a running check at once and waits for the thread.
    ~Probe();
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    /// Makes the mysql check run at once. From any thread.
    void run_now() const { wake_.set(); }

  private:
    void run();
    Result<void> check_mysql();
    /// `reached`: whether the mysql check, if it was due too, got through.
    void check_replication(const std::set<CheckKind>& kinds, Result<void> reached, Duration timeout);
    Result<ReplicationSetup> ask(Time deadline);
    void check_backlog(const ReplicationStatus& status, Time deadline);
    ReplicationSetup setup_seen(const ReplicationStatus& status, Time deadline);
    void tell(CheckKind kind, Verdict verdict, ReplicationSetup setup = {},
              std::optional<std::chrono::seconds> behind = {}) const;

    ProbeConfig config_;
    Report report_;
    std::shared_ptr<const Canceller> canceller_ = std::make_shared<const Canceller>();
    Wake wake_;
    Connection connection_{canceller_};
    Time settings_at_{};  ///< when to read the server's settings next
    std::jthread thread_;
};

}  // namespace mmm::net::mysql
