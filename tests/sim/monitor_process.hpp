#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/lease/record.hpp"
#include "core/monitor/step.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/monitor_checks.hpp"
#include "tests/sim/monitor_link.hpp"

namespace mmm::sim {

/// What others see of the monitor.
struct MonitorWatch {
    std::function<void()> started;
    std::function<void(const monitor::State&)> stepped;
    std::function<void(const HostName&, const proto::Order&)> ordered;
    std::function<void(const std::string& line)> recorded;
    std::function<void(const HostName& to, const lease::Message&)> sent;
    std::function<Span()> kill_takes;
    /// The kill command strikes: false if it fails.
    std::function<bool(const HostName&)> kill;
    std::function<void(const std::string&)> unanswered;
};

/// `mmm monitor`: the real core, and around it what cmd/monitor_app and cmd/monitor_effects do.
class MonitorProcess {
  public:
    /// `home`: the machine it runs on. Only what runs on kMonitor gets the hosts' datagrams.
    MonitorProcess(Ground& ground, const config::Config& config, Node home, const Clock& clock,
                   const std::vector<const Mysqld*>& servers, MonitorWatch watch);

    void start();
    void crash();
    void freeze() { process_.freeze(); }
    void thaw();
    [[nodiscard]] bool runs() const { return process_.runs(); }
    [[nodiscard]] bool frozen() const { return process_.frozen(); }
    [[nodiscard]] const monitor::State& state() const { return state_; }
    /// What its lease record's file says; nothing of what can't be read.
    [[nodiscard]] const lease::Record& stored() const { return stored_; }
    void ask(std::vector<std::string> words);
    void server_lost(Node node) { checks_.at(node)->server_lost(); }

    Disk disk;    ///< its status
    Disk record;  ///< its lease record
    std::vector<std::string> journal;

  private:
    void add_host(const config::Host& host, const Mysqld& server);
    void on_tick();
    void ping_network();
    void hear_datagram(Node from, const std::string& text);
    void dispatch(monitor::Event event);
    void carry_on();
    void take(const monitor::Event& event);

    void perform(const monitor::SaveStatus& effect);
    void perform(const monitor::SendOrder& effect);
    void perform(const monitor::SaveRecord& effect);
    void perform(const monitor::SendLease& effect);
    void perform(const monitor::CheckNow& effect);
    void perform(const monitor::KillHost& effect);
    void perform(const monitor::AppendJournal& effect);
    void perform(const monitor::TellReload&) {}
    void perform(const monitor::ReloadSecurity&) {}  // the simulated network has no keys
    void perform(const monitor::AnswerAdmin& effect);
    void perform(const monitor::Log& effect);
    void save(const std::string& text);
    void send_datagram(Node to, const lease::Message& message);

    [[nodiscard]] Node node_of(const HostName& host) const { return nodes_.at(host); }

    Ground& ground_;
    const config::Config& config_;
    Node home_;
    std::string name_;  ///< in traces
    const Clock& clock_;
    MonitorWatch watch_;
    Random random_;
    Process process_;
    monitor::State state_;
    lease::Record stored_;
    std::map<HostName, Node> nodes_;
    std::vector<std::unique_ptr<MonitorLink>> links_;
    std::vector<std::unique_ptr<MonitorChecks>> checks_;
    std::deque<monitor::Event> events_;
    std::deque<monitor::Effect> effects_;
    std::optional<std::string> record_text_;  ///< on its way to the disk
    bool stepping_ = false;
    std::optional<std::string> unsaved_;
    Time save_again_at_;
    std::map<HostName, std::map<Slot, Epoch>> ordered_;
    std::uint64_t last_question_ = 0;
    std::map<std::uint64_t, std::string> questions_;
};

}  // namespace mmm::sim
