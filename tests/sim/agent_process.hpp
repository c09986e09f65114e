#pragma once

#include <deque>
#include <functional>
#include <string>

#include "core/agent/step.hpp"
#include "tests/sim/agent_port.hpp"
#include "tests/sim/kernel.hpp"
#include "tests/sim/mysqld.hpp"
#include "tests/sim/sql_threads.hpp"

namespace mmm::sim {

/// `mmm agent` on one host: the real core, and around it what cmd/agent_app and cmd/agent_effects do.
class AgentProcess {
  public:
    AgentProcess(Ground& ground, const config::Config& config, const config::Host& self, Node node, Kernel& kernel,
                 Mysqld& server, const Clock& clock);

    void start();
    void crash();
    void freeze() { process_.freeze(); }
    void thaw();
    [[nodiscard]] bool runs() const { return process_.runs(); }
    [[nodiscard]] bool frozen() const { return process_.frozen(); }
    [[nodiscard]] const agent::State& state() const { return state_; }
    [[nodiscard]] Time time() const { return clock_.read(ground_.timeline.time()); }
    /// Is it in the middle of what an event made it do?
    [[nodiscard]] bool busy() const { return stepping_; }

    void addresses_changed();
    void server_lost() { sql_.server_lost(); }

  private:
    void on_tick();
    void dispatch(agent::Event event);
    void carry_on();
    void take(const agent::Event& event);
    [[nodiscard]] AgentPort::Handlers port_handlers();
    [[nodiscard]] SqlThreads::Handlers sql_handlers();

    void perform(const agent::StartTask& effect);
    void perform(const agent::CancelTask& effect) { sql_.cancel(effect.id); }
    void perform(const agent::PutAddress& effect);
    void perform(const agent::RemoveAddress& effect);
    void perform(const agent::Announce&) {}
    void perform(const agent::SendStatus& effect);
    void perform(const agent::AnswerVersion1&) {}
    void perform(const agent::LookAround&) {}
    void perform(const agent::SendAlive&);
    void perform(const agent::CloseLink& effect);
    void perform(const agent::Log& effect);

    Ground& ground_;
    const config::Config& config_;
    const config::Host& self_;
    Node node_;
    Process process_;
    Kernel& kernel_;
    const Clock& clock_;
    AgentPort port_;
    SqlThreads sql_;
    agent::State state_;
    std::deque<agent::Event> events_;
    std::deque<agent::Effect> effects_;
    bool stepping_ = false;
    std::uint64_t alive_ = 0;
};

}  // namespace mmm::sim
