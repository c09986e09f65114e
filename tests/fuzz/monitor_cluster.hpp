#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/monitor/effect.hpp"
#include "core/monitor/event.hpp"
#include "core/monitor/state.hpp"
#include "core/monitor/version1.hpp"

namespace mmm::fuzz {

/// The monitor's core and what is around it: checks that are fine unless told otherwise, agents that say what they are
/// made to say and say it again every half second. The rules that the core promises to keep, whatever agents and
/// operators say, are checked at every step.
class MonitorCluster {
  public:
    explicit MonitorCluster(const config::Config& config);

    /// Another process begins, with what the one before left on its disk.
    void restart();
    void happen(const monitor::Event& event);
    /// Ticks, checks, and what agents repeat.
    void pass(Duration span);
    /// A line on the link to that host's agent, as cmd/agent_client understands it.
    void agent_says(const HostName& host, const std::string& line);
    void datagram(const HostName& from, std::string_view text);
    /// A line on the control port.
    void operator_says(std::string_view line);
    void cut(const HostName& host);

    bool network = true;
    bool disk_works = true;
    bool kills = false;
    std::map<HostName, std::map<CheckKind, Outcome>> outcomes;

    void operator()(const monitor::SaveStatus& wanted);
    void operator()(const monitor::SendOrder& wanted);
    void operator()(const monitor::CheckNow& wanted);
    void operator()(const monitor::KillHost& wanted);
    void operator()(const monitor::SaveRecord& wanted);
    void operator()(const monitor::SendLease& wanted);
    void operator()(const monitor::AppendJournal& wanted);
    void operator()(const monitor::TellReload&) {}
    void operator()(const monitor::ReloadSecurity&) {}  // there are no keys
    void operator()(const monitor::AnswerAdmin& wanted);
    void operator()(const monitor::Log& wanted);

  private:
    struct Agent {
        bool greeted = false;
        std::unique_ptr<monitor::Version1Talk> version1;
        std::string status;  ///< its last one, which it repeats
    };

    void check(const HostName& host, CheckKind kind);
    void look_around();
    void hear(const HostName& host, const std::string& line);
    void hear_version1(const HostName& host, const std::string& line);
    [[nodiscard]] std::string filled_in(std::string_view line, const HostName& host) const;
    void check_bounds() const;

    const config::Config& config_;
    monitor::State state_;
    Now now_{Time{Duration{3'600'000}}, {std::chrono::seconds{1'795'347'796}, std::chrono::seconds{3600}}};
    std::vector<monitor::Event> events_;  ///< what came of effects
    std::map<HostName, Agent> agents_;
    std::map<Slot, HostName> given_;  ///< by the orders of this step
    std::map<Slot, Epoch> highest_;   ///< that an order ever had
    std::string saved_;
    std::string record_;
    std::vector<std::string> journal_;
    lease::Nonce nonce_ = 0;
    std::uint64_t asked_ = 0;
    bool answered_ = false;
};

}  // namespace mmm::fuzz
