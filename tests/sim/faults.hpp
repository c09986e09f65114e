#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/world.hpp"

namespace mmm::sim {

/// All that may go wrong, each for a while. What a schedule doesn't allow isn't struck.
class Faults {
  public:
    Faults(World& world, Schedule schedule, Random random);

    /// Any fault, anywhere.
    void strike();
    /// One that concerns this machine.
    void strike(Node node);
    /// One that makes a role move: what steered schedules begin with.
    void provoke();
    /// The program there dies or stops at once, in the middle of what it does.
    void interrupt(Node node);
    /// Its program ends and is back well within a lease.
    void restart(Node node);
    /// It is cut off until about the moment at which its leases end.
    void cut_off_for_a_lease(Node node);
    /// Its program is stopped until its leases, and what the kernel adds to them, are over.
    void stop_for_a_lease(Node node);
    /// The monitor goes away for long.
    void take_monitor_away();
    void move_writer();
    /// Not the gateway, and no second monitor.
    [[nodiscard]] bool is_there(Node node) const { return node < world_.hosts.size() || node == kMonitor; }
    /// Everything is mended.
    void heal();
    /// An operator who types what is most likely to do harm just now.
    void command();

  private:
    using Mend = std::function<void()>;
    void fault(const std::string& what, Span lasts, Mend mend);
    [[nodiscard]] Span some_time(Span most);
    [[nodiscard]] Node any_host() { return random_.below(static_cast<unsigned>(world_.hosts.size())); }
    [[nodiscard]] std::string name(Node node) const;
    [[nodiscard]] Node writer() const;

    void strike_server(Node node);
    void strike_agent(Node node);
    void strike_replication(Node node);
    void strike_address(Node node);
    void strike_monitor();
    void strike_disk(Node node);
    void start_second_monitor();
    void strike_network(Node node);
    void power(Node node);
    void isolate(Node node);
    void cut_pair(Node one, Node other);
    void partition();
    void one_way(Node node);
    void lossy();
    void cut(const std::vector<std::pair<Node, Node>>& ways, const std::string& what);

    World& world_;
    Schedule schedule_;
    Random random_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, Mend> open_;
    bool pair_is_cut_ = false;
    bool is_lossy_ = false;
};

}  // namespace mmm::sim
