#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "core/agent/step.hpp"
#include "core/lease/record.hpp"
#include "tests/sim/agent_port.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/kernel.hpp"
#include "tests/sim/mysqld.hpp"
#include "tests/sim/sql_threads.hpp"

namespace mmm::sim {

/// What others see of an agent.
struct AgentWatch {
    std::function<void(Node)> stepped;
    std::function<void(Node, const HostName& to, const lease::Message&)> sent;
    std::function<void(Node, const lease::Report&)> reported;
};

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
    /// Is it in the middle of what an event made it do?
    [[nodiscard]] bool busy() const { return stepping_; }
    [[nodiscard]] Time time() const { return clock_.read(ground_.timeline.time()); }
    /// What its record's file says; nothing of what can't be read.
    [[nodiscard]] const lease::Record& stored() const { return stored_; }

    void addresses_changed();
    void server_lost() { sql_.server_lost(); }

    AgentWatch watch;
    Disk disk;                            ///< its lease record
    std::map<Slot, lease::Noted> noted;   ///< its note on /run
    bool leases = true;                   ///< the program takes part in leases: older ones don't
    std::function<void()> on_timer_kill;  ///< its own timer ended it

  private:
    void on_tick();
    void dispatch(agent::Event event);
    void carry_on();
    void take(const agent::Event& event);
    void hear_datagram(Node from, const std::string& text);
    /// What comes after the effect that is carried out now; a stop may come in between.
    void then(std::function<void()> what) { rest_.push_back(std::move(what)); }
    [[nodiscard]] AgentPort::Handlers port_handlers();
    [[nodiscard]] SqlThreads::Handlers sql_handlers();

    void perform(const agent::StartTask& effect);
    void perform(const agent::LookAtServer& effect) { sql_.look_at(effect); }
    void perform(const agent::CancelTask& effect) { sql_.cancel(effect.id); }
    void perform(const agent::PutAddress& effect);
    void perform(const agent::RemoveAddress& effect);
    void perform(const agent::Announce&) {}
    void perform(agent::SendStatus& effect);
    void perform(const agent::SendLosses&) {}
    void perform(const agent::AnswerVersion1&) {}
    void perform(const agent::LookAround&) {}
    void perform(const agent::SendAlive&);
    void perform(const agent::SaveRecord& effect);
    void perform(const agent::NoteLeases& effect);
    void perform(agent::SendLease& effect);
    void perform(const agent::CloseLink& effect);
    void perform(const agent::Log& effect);
    void arm(const agent::PutAddress& effect);
    void put(const agent::PutAddress& effect);
    void save(const std::string& text);
    void send_datagram(Node to, const std::string& text);

    Ground& ground_;
    const config::Config& config_;
    const config::Host& self_;
    Node node_;
    Random random_;
    Process process_;
    Kernel& kernel_;
    const Clock& clock_;
    AgentPort port_;
    SqlThreads sql_;
    agent::State state_;
    lease::Record stored_;
    std::deque<agent::Event> events_;
    std::deque<agent::Effect> effects_;
    std::deque<std::function<void()>> rest_;
    bool stepping_ = false;
    std::uint64_t alive_ = 0;
    std::uint64_t timer_ = 0;  ///< number of the timer that was armed last
    bool timer_runs_ = false;
};

}  // namespace mmm::sim
