#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/config/config.hpp"
#include "core/lease/message.hpp"
#include "core/proto/message.hpp"
#include "core/proto/order.hpp"
#include "core/proto/status.hpp"
#include "tests/sim/ground.hpp"
#include "tests/sim/process.hpp"

namespace mmm::sim {

/// The agent's end of the monitor's link: what cmd/agent_port does, over the world's TCP.
class AgentPort {
  public:
    struct Handlers {
        std::function<void()> on_open;
        std::function<void(const std::string&)> on_close;
        std::function<void()> on_heard;
        std::function<void(proto::Order)> on_order;
        std::function<void(lease::Message)> on_lease;
    };
    AgentPort(Ground& ground, const config::Config& config, const config::Host& self, Node node, Process& process,
              const Clock& clock, Handlers handlers);

    /// `leases`: the program takes part in leases, and says so.
    void listen(bool leases);
    /// The program ended: the kernel closes what it had.
    void stop();
    void send(const proto::AgentStatus& status);
    void send(const lease::Message& message);
    void drop(const std::string& reason);

  private:
    void on_line(ConnectionId id, const std::string& line);
    void on_close(ConnectionId id, const std::string& reason);
    void greet(ConnectionId id, const proto::Message& message);
    void on_message(const proto::Message& message);
    void refuse(ConnectionId id, const std::string& reason);

    Ground& ground_;
    const config::Config& config_;
    const config::Host& self_;
    Node node_;
    Process& process_;
    const Clock& clock_;
    Handlers handlers_;
    std::optional<ConnectionId> monitor_;
    bool leases_ = true;
    std::string monitor_id_;
    Time monitor_heard_;
};

}  // namespace mmm::sim
