#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/config/config.hpp"
#include "core/lease/message.hpp"
#include "core/proto/order.hpp"
#include "core/proto/status.hpp"
#include "tests/sim/ground.hpp"
#include "tests/sim/process.hpp"

namespace mmm::sim {

/// The monitor's link to one agent: what cmd/agent_client and net/link/line_client do.
class MonitorLink {
  public:
    struct Handlers {
        std::function<void(bool leases)> on_connected;
        std::function<void(const std::string&, bool refuses)> on_gone;
        std::function<void(proto::AgentStatus)> on_status;
        std::function<void(lease::Message)> on_lease;
    };
    MonitorLink(Ground& ground, const config::Config& config, const config::Host& host, Node home, Node node,
                Process& process, Handlers handlers);

    /// The monitor began; `id` differs from one process to the next.
    void start(const std::string& id);
    void send(const proto::Order& order);
    void send(const lease::Message& message);

  private:
    void connect();
    void attempt_ended(std::uint64_t attempt, const std::string& problem);
    void on_line(const std::string& line);
    /// The connection ended, or there was none: said, and tried again after a pause.
    void gone(const std::string& reason);
    void close(const std::string& reason);
    void beat();
    void watch_silence();

    Ground& ground_;
    const config::Config& config_;
    const config::Host& host_;
    Node home_;  ///< where the monitor runs
    Node node_;
    Process& process_;
    Handlers handlers_;
    std::string id_;
    std::uint64_t attempt_ = 0;
    ConnectionId connection_ = 0;
    bool connecting_ = false;
    bool open_ = false;
    bool greeted_ = false;
    bool refused_ = false;
    Span pause_{};
    Moment silent_at_{};
    std::uint64_t beats_ = 0;
};

}  // namespace mmm::sim
