#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd/agent_client.hpp"
#include "cmd/control_port.hpp"
#include "cmd/datagrams.hpp"
#include "cmd/link_security.hpp"
#include "cmd/monitor_journal.hpp"
#include "cmd/pinging.hpp"
#include "cmd/service_report.hpp"
#include "core/config/config.hpp"
#include "core/monitor/effect.hpp"
#include "core/monitor/event.hpp"
#include "core/monitor/state.hpp"
#include "net/host/lock_file.hpp"
#include "net/host/log.hpp"
#include "net/mysql/probe.hpp"

namespace mmm {

/// The monitor process: one loop, one thread that owns the state. Adapters hand in events, `monitor::step` decides,
/// the effects are carried out here in their order. Decides nothing itself.
class MonitorApp {
  public:
    /// `about` tells other processes which cluster this one serves, see about_cluster().
    MonitorApp(config::Config config, std::string about, net::Logger logger);
    ~MonitorApp();
    MonitorApp(const MonitorApp&) = delete;
    MonitorApp& operator=(const MonitorApp&) = delete;

    /// Takes the state file's lock and the control port. Errors: Code::busy naming the process that has them.
    Result<void> prepare();
    /// Runs until SIGTERM or SIGINT; `on_running` is called once these would end it in good order.
    void run(const std::function<void()>& on_running);

  private:
    void warn_of_kill_host();
    void begin();
    void start_probe(const config::Host& host);
    /// Reads keys and certificates again: all of them, or nothing changes.
    void reload();
    Result<void> read_again(config::Security& fresh, MonitorTls& tls) const;
    void take(const config::Security& fresh, const MonitorTls& tls);
    void on_tick();
    void dispatch(monitor::Event event);

    // One function an effect, in monitor_effects.cpp.
    void perform(const monitor::SaveStatus& effect);
    void perform(const monitor::SendOrder& effect);
    void perform(const monitor::CheckNow& effect);
    void perform(const monitor::KillHost& effect);
    void perform(const monitor::SaveRecord& effect);
    void perform(const monitor::SendLease& effect);
    void perform(const monitor::AppendJournal& effect) { journal_.append(effect); }
    void perform(const monitor::TellReload& effect);
    void perform(const monitor::ReloadSecurity& effect);
    void perform(const monitor::AnswerAdmin& effect);
    void perform(const monitor::Log& effect);
    void save_again();
    [[nodiscard]] std::string doing() const;

    config::Config config_;
    std::string about_;
    net::Logger log_;
    ServiceReport service_;
    asio::io_context loop_;
    asio::steady_timer tick_;
    std::optional<net::LockFile> lock_;
    std::optional<net::LockFile> journal_lock_;  ///< with a journal_path, which two configurations may have in common
    MonitorJournal journal_;
    MonitorTls tls_;
    monitor::State state_;
    std::deque<monitor::Event> events_;
    bool stepping_ = false;
    std::optional<std::string> unsaved_;  ///< status text that couldn't be written yet
    Time save_again_at_{};

    std::unique_ptr<ControlPort> control_;
    std::unique_ptr<Pinging> pinging_;
    std::unique_ptr<Datagrams> datagrams_;  ///< renewals come to this process as a voter
    std::map<HostName, std::unique_ptr<AgentClient>> agents_;
    std::map<HostName, std::unique_ptr<net::mysql::Probe>> probes_;
};

}  // namespace mmm
