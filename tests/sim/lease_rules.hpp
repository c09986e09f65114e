#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/lease/record.hpp"
#include "core/lease/report.hpp"
#include "tests/sim/lease_ledger.hpp"
#include "tests/sim/network.hpp"

namespace mmm::sim {

class World;
struct SimHost;

/// What must hold of leases whatever happens, judged by what was really sent and saved.
class LeaseRules {
  public:
    explicit LeaseRules(World& world);

    /// After every event: an address is on a host only by a lease.
    void look();

    // What the programs do.
    void agent_stepped(Node node);
    void agent_sent(Node node, const HostName& to, const lease::Message& message);
    void agent_reported(Node node, const lease::Report& report);
    void monitor_sent(const HostName& to, const lease::Message& message, const lease::Record& stored);
    void power_lost(Node node);
    /// A voter lost its record: its silence makes up for what it forgot, but the next epoch may be a lower one.
    void record_lost() { record_lost_ = true; }

    [[nodiscard]] const LeaseLedger& ledger() const { return ledger_; }
    [[nodiscard]] const lease::Timing& timing() const { return timing_; }
    /// By contact rules, as far as its core goes: what the cluster held before it had leases, or without them.
    [[nodiscard]] static bool by_contact(const SimHost& host, const Slot& slot);

  private:
    void held_by_lease(const SimHost& host, const Slot& slot);
    void begin(const HostName& holder, const Slot& slot, const lease::Epoch& epoch);
    void taken_over_by_proof(const SimHost& from, const HostName& to, const Slot& slot, const lease::Epoch& epoch);
    void one_owner(const HostName& host, const Slot& slot, const lease::Epoch& epoch);
    void saved_first(const std::string& who, const lease::Message& message, const lease::Record& stored);
    void count(const lease::Support& support);
    void pass_points(Node node);
    [[nodiscard]] const SimHost* find(const HostName& name) const;

    World& world_;
    std::array<Slots, kHosts> slots_;  ///< that each host may hold
    lease::Timing timing_;
    LeaseLedger ledger_;
    bool record_lost_ = false;
    std::map<Slot, lease::Epoch> begun_;                                    ///< the newest that ever had a majority
    std::map<std::pair<Slot, lease::Epoch>, HostName> owners_;              ///< whom an epoch was granted to
    std::map<std::pair<HostName, Slot>, lease::Epoch> released_;            ///< reported, and on the disk when it was
    std::map<std::pair<Node, Slot>, std::pair<lease::Epoch, bool>> asked_;  ///< epoch held, and whether leased, as seen
};

}  // namespace mmm::sim
