#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

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
    std::function<Span()> kill_takes;
    /// The kill command strikes: false if it fails.
    std::function<bool(const HostName&)> kill;
    std::function<void(const std::string&)> unanswered;
};

/// `mmm monitor`: the real core, and around it what cmd/monitor_app and cmd/monitor_effects do.
class MonitorProcess {
  public:
    MonitorProcess(Ground& ground, const config::Config& config, const Clock& clock,
                   const std::vector<const Mysqld*>& servers, MonitorWatch watch);

    void start();
    void crash();
    void freeze() { process_.freeze(); }
    void thaw();
    [[nodiscard]] bool runs() const { return process_.runs(); }
    [[nodiscard]] bool frozen() const { return process_.frozen(); }
    [[nodiscard]] const monitor::State& state() const { return state_; }
    void ask(std::vector<std::string> words);
    void server_lost(Node node) { checks_.at(node)->server_lost(); }

    Disk disk;

  private:
    void on_tick();
    void ping_network();
    void dispatch(monitor::Event event);
    void carry_on();
    void take(const monitor::Event& event);

    void perform(const monitor::SaveStatus& effect);
    void perform(const monitor::SendOrder& effect);
    void perform(const monitor::CheckNow& effect);
    void perform(const monitor::KillHost& effect);
    void perform(const monitor::AnswerAdmin& effect);
    void perform(const monitor::Log& effect);

    [[nodiscard]] Node node_of(const HostName& host) const { return nodes_.at(host); }

    Ground& ground_;
    const config::Config& config_;
    const Clock& clock_;
    MonitorWatch watch_;
    Process process_;
    monitor::State state_;
    std::map<HostName, Node> nodes_;
    std::vector<std::unique_ptr<MonitorLink>> links_;
    std::vector<std::unique_ptr<MonitorChecks>> checks_;
    std::deque<monitor::Event> events_;
    std::deque<monitor::Effect> effects_;
    bool stepping_ = false;
    std::optional<std::string> unsaved_;
    Time save_again_at_;
    std::map<HostName, std::map<Slot, Epoch>> ordered_;
    std::uint64_t last_question_ = 0;
    std::map<std::uint64_t, std::string> questions_;
};

}  // namespace mmm::sim
