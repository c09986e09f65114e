#pragma once

#include <functional>
#include <map>
#include <memory>

#include "core/base/time.hpp"
#include "core/model/check.hpp"
#include "net/mysql/endpoint.hpp"

namespace mmm::net::mysql {

struct ProbeLimits {
    Duration period{1000};
    Duration timeout{500};
};

struct ProbeOptions {
    HostName host;
    Endpoint endpoint;
    std::map<CheckKind, ProbeLimits> limits;  ///< of mysql, rep_threads and rep_backlog
    Duration max_backlog{60'000};
};

/// The monitor's checks of one server: a thread with one connection. Runs each check at its period, both replication
/// checks from one answer when they are due together, and watches the idle connection: when the server closes it, the
/// mysql check runs at once. A server that hangs delays nothing but its own thread.
class Probe {
  public:
    /// `on_report` runs on the probe's thread.
    Probe(ProbeOptions options, std::function<void(CheckReport)> on_report);
    /// Ends the thread at once, whatever the server does.
    ~Probe();
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    /// Runs the mysql check now. From any thread.
    void run_now();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mmm::net::mysql
