#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/agent/state.hpp"
#include "core/config/config.hpp"

namespace mmm::fuzz {

/// The host of one agent: its core, and a kernel, a disk and a server that do what it wishes unless told otherwise. The
/// rules that the core promises to keep, whatever its peers say, are checked at every step.
class AgentHost {
  public:
    explicit AgentHost(const config::Config& config);

    /// Another process begins, with what the one before left on disk and interfaces.
    void restart();
    void happen(const agent::Event& event);
    /// Ticks and looks at the server.
    void pass(Duration span);
    /// Nobody is heard any more: after so long no address is left but by a grant that says so.
    void end_in_silence();

    void ask_version1(std::string_view line);
    /// Somebody said that this host may have it.
    void name(const Slot& slot) { named_.insert(slot); }

    [[nodiscard]] const agent::State& state() const { return state_; }
    [[nodiscard]] Time last_round() const { return last_round_; }

    bool disk_works = true;
    enum class Tasks { succeed, fail, hang } tasks = Tasks::succeed;
    agent::ServerSeen server;

    void operator()(const agent::StartTask& wanted);
    void operator()(const agent::CancelTask&) {}
    void operator()(const agent::PutAddress& wanted);
    void operator()(const agent::RemoveAddress& wanted);
    void operator()(const agent::Announce& wanted);
    void operator()(const agent::LookAtServer& wanted) { server.look = wanted.number; }
    void operator()(const agent::SendStatus& wanted);
    void operator()(const agent::SendLosses& wanted);
    void operator()(const agent::AnswerVersion1& wanted);
    void operator()(const agent::LookAround&) {}
    void operator()(const agent::SendAlive&) {}
    void operator()(const agent::SaveRecord& wanted);
    void operator()(const agent::NoteLeases& wanted) { noted_ = wanted.noted; }
    void operator()(const agent::SendLease& wanted);
    void operator()(const agent::CloseLink& wanted);
    void operator()(const agent::Log& wanted);

  private:
    void let_kernel_expire();
    void check_bounds() const;

    const config::Config& config_;
    const Slots own_slots_;
    agent::State state_;
    Time now_{Duration{3'600'000}};
    std::deque<agent::Event> events_;  ///< what came of effects
    std::map<Slot, Time> on_;          ///< addresses on the interfaces, and when the kernel removes each
    std::string record_;
    std::map<Slot, lease::Noted> noted_;
    Slots named_;
    lease::Nonce nonce_ = 0;
    Time last_round_{};
    std::uint64_t last_asked_ = 0;  ///< by version 1
    std::set<std::uint64_t> unanswered_;
};

}  // namespace mmm::fuzz
