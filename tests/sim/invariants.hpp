#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/monitor/state.hpp"
#include "core/proto/order.hpp"
#include "tests/sim/ground.hpp"

namespace mmm::sim {

class World;
struct SimHost;

/// What must hold whatever happens, judged by the truth: by what the kernels, servers and programs really have, not by
/// what any of them believes. The first violation ends the run.
class Invariants {
  public:
    explicit Invariants(World& world);

    /// After every event that changed an address, a server or a process.
    void look();

    // What the monitor does.
    void monitor_started();
    void monitor_stepped(const monitor::State& state);
    void ordered(const HostName& host, const proto::Order& order);
    void unanswered(const std::string& command);

    /// From now on the monitor alone has faults: everything stays where it is.
    void nothing_may_move();
    /// Why the cluster isn't in good order; empty: every slot is in service and every healthy host is ONLINE.
    [[nodiscard]] std::string not_in_order() const;
    void never_placed(const std::string& why);
    /// From now on no slot may be on no host for longer than this.
    void away_at_most(Span bound);
    /// Would its core put or keep the slot's address, as it is now?
    [[nodiscard]] bool may_hold(const SimHost& host, const Slot& slot) const;
    void broken(const std::string& rule, const std::string& what);
    /// Others than those whose name begins so may be broken.
    void heed_only(std::string rule) { rule_ = std::move(rule); }

    [[nodiscard]] bool broken() const { return violation_.has_value(); }
    [[nodiscard]] std::string violation() const { return violation_.value_or(""); }

  private:
    void no_address_on_two_hosts();
    void one_writer();
    void nothing_moved();
    void grants_follow_a_proof(const HostName& host, const Slot& slot);
    void epochs_never_go_back(const HostName& host, const Slot& slot, Epoch epoch);
    void epochs_are_saved_first(const Slot& slot, Epoch epoch);
    void no_flapping(const monitor::State& state);
    /// Nobody who may have the slot has data that fit the writer's.
    [[nodiscard]] bool nobody_fits(const Slot& slot) const;
    void never_away_for_long();
    [[nodiscard]] std::string without_lease() const;

    World& world_;
    Slots slots_;  ///< all of the configuration
    std::optional<std::string> violation_;
    std::string rule_;
    std::map<Slot, Epoch> highest_;
    std::map<std::pair<Slot, Epoch>, HostName> owners_;
    std::map<HostName, HostState> states_;
    std::map<HostName, std::vector<Time>> departures_;
    std::map<Slot, HostName> fixed_;  ///< with nothing_may_move()
    std::optional<Span> away_at_most_;
    std::map<Slot, std::pair<const SimHost*, Moment>> seen_;  ///< on which host last, and when
};

}  // namespace mmm::sim
