#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/agent/step.hpp"
#include "tests/unit/agent/five_hosts.hpp"

namespace mmm::agent::test {

using namespace std::chrono_literals;

/// An agent with a clock of its own: each call is one step, its effects are kept until the next.
class AgentUnderTest {
  public:
    explicit AgentUnderTest(const HostName& self) : state(initial(self, now, "test")) {}

    /// On db1, up, with an open link and nothing held.
    static AgentUnderTest idle(const HostName& self) {
        AgentUnderTest agent(self);
        agent.start({});
        agent.see_server(true);
        agent.step(LinkOpened{});
        return agent;
    }
    /// On db1, holding the writer slot by order 1.
    static AgentUnderTest writer() {
        AgentUnderTest agent("db1");
        agent.start({writer_slot()});
        agent.see_server(false);
        agent.step(LinkOpened{});
        agent.grant({{writer_slot(), 3}});
        return agent;
    }

    /// One step; what it saves is on the disk at once, and what follows from that is added to its effects.
    const Effects& step(const Event& event) {
        effects = answered(event);
        return effects;
    }
    /// The process begins, with the record of a host that never promised anything.
    void start(const Slots& present) {
        Started started{present};
        started.record = settled_record(state.self);
        started.nonce = 1;
        step(started);
    }
    void pass(Duration duration) { now += duration; }
    /// Time passes in ticks, with a line of the monitor before each; all effects are kept.
    void pass_hearing_monitor(Duration duration) { pass_in_ticks(duration, true); }
    void pass_in_silence(Duration duration) { pass_in_ticks(duration, false); }

    void order(proto::Order wanted) {
        wanted.sequence = ++sequence;
        step(OrderReceived{wanted});
    }
    void grant(const std::map<Slot, Epoch>& slots) {
        proto::Order wanted;
        wanted.state = HostState::online;
        wanted.slots = slots;
        order(wanted);
    }
    void see_server(bool read_only) {
        ServerSeen seen;
        seen.server = proto::Server::up;
        seen.read_only = read_only;
        step(seen);
    }
    void see_server_as(proto::Server server) {
        ServerSeen seen;
        seen.server = server;
        step(seen);
    }
    void end_task(const Result<std::string>& outcome, const std::string& position = "") {
        step(TaskDone{state.last_task, outcome, position});
    }
    void succeed(const std::string& position = "") { end_task(std::string{}, position); }

    template <class T>
    [[nodiscard]] std::vector<T> all() const {
        std::vector<T> found;
        for (const auto& effect : effects) {
            if (const auto* wanted = std::get_if<T>(&effect)) found.push_back(*wanted);
        }
        return found;
    }
    /// The task of kind T that was started in this step, if any.
    template <class T>
    [[nodiscard]] std::optional<T> started() const {
        for (const auto& effect : all<StartTask>()) {
            if (const auto* task = std::get_if<T>(&effect.task)) return *task;
        }
        return std::nullopt;
    }
    [[nodiscard]] bool logged(LogLevel level) const {
        for (const auto& log : all<Log>()) {
            if (log.level == level) return true;
        }
        return false;
    }

    config::Config config = five_hosts();
    Time now{1000s};
    State state;
    Effects effects;
    std::uint64_t sequence = 0;
    bool disk_works = true;
    bool disk_answers = true;  ///< false: what is to be saved is neither saved nor refused

  private:
    Effects answered(const Event& event) {
        Effects made = agent_step(config, state, event, Now{now, {}});
        // The vector grows while it is gone through: what is saved may bring something new to be saved.
        for (std::size_t i = 0; i < made.size(); ++i) {
            if (!disk_answers || !std::holds_alternative<SaveRecord>(made[i])) continue;
            const RecordSaved saved{disk_works, disk_works ? "" : "no space left on device"};
            for (auto& effect : agent_step(config, state, saved, Now{now, {}})) made.push_back(std::move(effect));
        }
        return made;
    }

    void pass_in_ticks(Duration duration, bool hearing_monitor) {
        Effects gathered;
        const auto gather = [&](const Event& event) {
            for (auto& effect : answered(event)) gathered.push_back(std::move(effect));
        };
        for (const Time end = now + duration; now + 100ms <= end;) {
            now += 100ms;
            if (hearing_monitor) gather(MonitorHeard{});
            gather(Tick{});
        }
        effects = gathered;
    }
};

}  // namespace mmm::agent::test
