#pragma once

#include <functional>

#include "core/config/config.hpp"
#include "core/model/check.hpp"
#include "tests/sim/ground.hpp"
#include "tests/sim/mysqld.hpp"
#include "tests/sim/process.hpp"

namespace mmm::sim {

/// The monitor's checks of one host: what net/mysql/probe and cmd/pinging do.
class MonitorChecks {
  public:
    MonitorChecks(Ground& ground, const config::Config& config, const config::Host& host, Node home, Node node,
                  Process& process, const Mysqld& server, std::function<void(CheckReport)> on_checked);

    /// The monitor began: so do the checks.
    void start();
    /// The mysql check at once.
    void run_now();
    /// The server closed its connections.
    void server_lost();

  private:
    void ping();
    void ask(std::uint64_t run);
    void ask_replication(bool reached);
    void tell(Span later, CheckKind kind, Outcome outcome, const std::string& message, ReplicationSetup setup = {});

    Ground& ground_;
    const config::Config& config_;
    const config::Host& host_;
    Node home_;  ///< where the monitor runs
    Node node_;
    Process& process_;
    const Mysqld& server_;
    std::function<void(CheckReport)> on_checked_;
    bool connected_ = false;
    std::uint64_t run_ = 0;
};

}  // namespace mmm::sim
