#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "tests/sim/faults.hpp"

namespace mmm::sim {

/// Faults at the dangerous moments: right after a program did something that what follows depends on.
class Steering {
  public:
    /// With Schedule::monitor the monitor goes away in the middle of a move, and nothing else happens.
    Steering(World& world, Faults& faults, Schedule schedule, Random random);
    ~Steering();
    Steering(const Steering&) = delete;
    Steering& operator=(const Steering&) = delete;

  private:
    /// What is done when a point was passed so often.
    struct Trap {
        Point point;
        unsigned passes;
        enum class Kind {
            interrupt,
            interrupt_monitor,
            strike,
            strike_soon,
            command,
            restart,
            cut_off,
            stop,
            take_monitor_away
        } kind;
    };
    void pass(Point point, Node node);
    void spring(Trap::Kind kind, Point point, Node node);
    /// What a trap does later, unless trouble is over by then.
    void after(Span span, std::function<void()> what);

    World& world_;
    Faults& faults_;
    Random random_;
    std::vector<Trap> traps_;
    std::shared_ptr<bool> lasts_ = std::make_shared<bool>(true);  ///< gone with the traps
};

}  // namespace mmm::sim
