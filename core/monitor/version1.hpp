#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/monitor/state.hpp"
#include "core/proto/order.hpp"
#include "core/proto/status.hpp"
#include "core/proto/version1.hpp"

namespace mmm::monitor {

/// Why an agent that answers by version 1 isn't spoken to by it, and what to do; empty: it is. Version 1 proves nothing
/// and knows no leases: an agent that ever spoke version 2 to this cluster's monitor, as far as the status file goes
/// back, is led back to it by nobody but the operator.
std::string why_not_version1(const config::Config& config, const State& state, const HostName& host);

/// The conversation with one agent of version 1: which line comes next, and what its answers amount to. An order is
/// told by SET_STATUS; what the agent and its system show is asked for round by round, and only a round that began
/// after an order was accepted counts as the answer to it.
class Version1Talk {
  public:
    Version1Talk(const config::Config& config, HostName host);

    /// What the agent shall do from now on.
    void set_order(const proto::Order& order);
    /// The line to send, if one is due and none is under way.
    std::optional<std::string> next_line(Time now);

    /// What came of an answer.
    struct Heard {
        std::optional<proto::AgentStatus> status;  ///< a round is complete
        bool speaks_version2 = false;              ///< an agent of ours by now: greet it
    };
    /// The answer to the line under way. Errors: Code::invalid when it isn't one of version 1.
    Result<Heard> take_answer(const std::string& line, Time now);
    /// The line under way wasn't answered; the next one begins anew.
    void fail(Time now);

  private:
    using Command = proto::v1::Command;

    [[nodiscard]] Command next_command() const;
    [[nodiscard]] proto::v1::AgentStatus told_by(const proto::Order& order) const;
    void take_set_status(const proto::v1::Reply& reply, Time now);
    [[nodiscard]] proto::AgentStatus observed(const proto::v1::SystemStatus& system, Duration uptime);
    void note_bad_roles(const proto::v1::SystemStatus& system);

    const config::Config& config_;
    HostName host_;
    std::optional<proto::Order> order_;
    proto::v1::AgentStatus told_;    ///< what SET_STATUS says for `order_`
    std::uint64_t accepted_ = 0;     ///< sequence of the order that the agent answered with OK; 0: none
    std::optional<Command> asked_;   ///< under way
    bool overtaken_ = false;         ///< the order changed while SET_STATUS was under way
    Command round_ = Command::ping;  ///< the next step of the round of questions
    proto::v1::AgentStatus agent_;   ///< of this round
    bool bad_roles_ = false;         ///< the system has addresses that the agent wasn't given
    std::string problem_;
    HostName active_master_;  ///< the last that was known: version 1 slaves without one stop for good
    Time next_at_{};
    Time tell_at_{};
};

}  // namespace mmm::monitor
