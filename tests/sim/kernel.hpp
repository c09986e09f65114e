#pragma once

#include <functional>
#include <map>

#include "core/model/role.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/timeline.hpp"

namespace mmm::sim {

/// The part of a host's kernel that has the slot addresses: they go at the end of their lifetime, whatever became of
/// the agent.
class Kernel {
  public:
    /// `clock`: lifetimes are counted by the host's own.
    Kernel(Timeline& timeline, Random random, const Clock& clock)
        : timeline_(timeline), random_(random), clock_(clock) {}

    std::function<void()> on_change;
    bool refuses = false;        ///< putting an address fails
    bool keeps_forever = false;  ///< planted fault: lifetimes aren't heeded

    /// False: refused.
    bool put(const Slot& slot, std::chrono::seconds lifetime);
    void remove(const Slot& slot);
    /// The machine lost power.
    void clear();
    [[nodiscard]] Slots present() const;
    /// The same, with the ends of their lifetimes.
    [[nodiscard]] const std::map<Slot, Moment>& addresses() const { return until_; }
    [[nodiscard]] bool has(const Slot& slot) const { return until_.contains(slot); }

  private:
    Timeline& timeline_;
    Random random_;
    const Clock& clock_;
    std::map<Slot, Moment> until_;
};

}  // namespace mmm::sim
