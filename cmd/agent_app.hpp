#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cmd/address_keeper.hpp"
#include "cmd/agent_port.hpp"
#include "cmd/peers.hpp"
#include "cmd/service_report.hpp"
#include "cmd/sql_tasks.hpp"
#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/agent/state.hpp"
#include "core/config/config.hpp"
#include "net/host/icmp.hpp"
#include "net/host/lock_file.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// The agent process: one loop, one thread that owns the state; the server is talked to by threads of its own.
/// Adapters hand in events, `agent::agent_step` decides, the effects are carried out here in their order.
class AgentApp {
  public:
    AgentApp(config::Config config, HostName self, net::Logger logger);
    ~AgentApp();
    AgentApp(const AgentApp&) = delete;
    AgentApp& operator=(const AgentApp&) = delete;

    /// Takes the agent's port and the lease record's lock, and looks at the addresses. Errors: Code::busy naming the
    /// process that has the port, Code::permission naming the capability that is missing.
    Result<void> prepare();
    /// Runs until SIGTERM or SIGINT; `on_running` is called once these would end it in good order.
    void run(const std::function<void()>& on_running);

  private:
    void begin();
    /// Reads keys and certificates again: all of them, or nothing changes.
    Result<void> reload();
    void reload_or_tell();
    void on_tick();
    void dispatch(agent::Event event);
    void look_at_addresses();

    // One function an effect, in agent_effects.cpp.
    void perform(const agent::StartTask& effect);
    void perform(const agent::LookAtServer& effect);
    void perform(const agent::CancelTask& effect);
    void perform(const agent::PutAddress& effect);
    void perform(const agent::RemoveAddress& effect);
    void perform(const agent::Announce& effect);
    void perform(const agent::SendStatus& effect);
    void perform(const agent::SendLosses& effect);
    void perform(const agent::AnswerVersion1& effect);
    void perform(const agent::LookAround& effect);
    void perform(const agent::SendAlive& effect);
    void perform(const agent::SaveRecord& effect);
    void perform(const agent::NoteLeases& effect);
    void perform(const agent::SendLease& effect);
    void perform(const agent::CloseLink& effect);
    void perform(const agent::Log& effect);
    [[nodiscard]] std::string doing() const;

    config::Config config_;
    const config::Host& self_;
    net::Logger log_;
    ServiceReport service_;
    asio::io_context loop_;
    asio::steady_timer tick_;
    agent::State state_;
    std::deque<agent::Event> events_;
    bool stepping_ = false;

    std::string record_path_;
    std::string note_path_;
    std::string in_force_;               ///< see security_text()
    std::optional<net::LockFile> lock_;  ///< of the record: two agents must not share a vote

    AddressKeeper addresses_;
    net::Pinger pinger_;
    std::unique_ptr<AgentPort> port_;
    std::unique_ptr<Peers> peers_;
    std::unique_ptr<SqlTasks> sql_;
};

}  // namespace mmm
