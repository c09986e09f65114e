#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/agent_process.hpp"
#include "tests/sim/cluster.hpp"
#include "tests/sim/invariants.hpp"
#include "tests/sim/journal_rules.hpp"
#include "tests/sim/lease_rules.hpp"
#include "tests/sim/monitor_process.hpp"

namespace mmm::sim {

/// One database host: a clock, a kernel, a server, an agent.
struct SimHost {
    SimHost(Ground& ground, const config::Config& config, const config::Host& host, Node number);

    HostName name;
    Node node;
    Clock clock;
    Kernel kernel;
    Mysqld server;
    AgentProcess agent;
};

/// Two to four database hosts, a monitor, and the network between them. Everything in it follows from the seed.
class World {
  public:
    /// `settled`: a cluster that has run for a while, never one that is started for the first time.
    World(std::uint64_t seed, Schedule schedule, Plant plant, bool tracing, unsigned size = kHosts,
          bool settled = false);

    /// Lets time pass until `end`, or until an invariant is broken.
    void run(Moment end);
    [[nodiscard]] Moment time() const { return ground.timeline.time(); }

    void power_off(Node node);
    void power_on(Node node);
    [[nodiscard]] SimHost& host(Node node) { return *hosts.at(node); }
    [[nodiscard]] const Slot& writer_slot() const { return writer_; }
    /// Do all agents take part in leases?
    [[nodiscard]] bool all_lease() const;

    Ground ground;
    config::Config config;
    Clock monitor_clock;
    std::vector<std::unique_ptr<SimHost>> hosts;
    std::unique_ptr<MonitorProcess> monitor;
    std::unique_ptr<MonitorProcess> second_monitor;  ///< started by mistake, now and then
    Invariants invariants;
    LeaseRules lease_rules;
    JournalRules journal_rules;
    bool kill_works = true;
    bool leases_only = false;  ///< from now on nothing is held but by leases

  private:
    void connect_parts();
    MonitorWatch watch();
    void add_monitors();
    [[nodiscard]] int drift();
    void choose_programs(Schedule schedule);
    void begin(bool settled);
    void leave_records();
    void move_data();

    Random random_;
    Slot writer_;
};

}  // namespace mmm::sim
