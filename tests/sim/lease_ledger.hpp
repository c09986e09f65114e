#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/lease/message.hpp"
#include "core/lease/timing.hpp"
#include "core/lease/voters.hpp"
#include "tests/sim/network.hpp"

namespace mmm::sim {

/// Who has which lease, by nothing but what voters really sent (their own hosts' votes included): no core is asked what
/// it believes.
class LeaseLedger {
  public:
    struct Lease {
        HostName holder;
        bool begun = false;              ///< it had a majority once
        bool over = false;               ///< its host lost power since: nothing of it is left
        bool taken = false;              ///< its holder knows of that
        Time end{};                      ///< with `begun`: on the holder's clock
        std::optional<Time> own_vote{};  ///< the holder's own voter supported it last, on its clock
        std::map<std::pair<lease::Nonce, Time>, std::set<HostName>> rounds{};
    };
    using Leases = std::map<lease::Epoch, Lease>;

    LeaseLedger(lease::Timing timing, lease::Voters voters) : timing_(timing), voters_(std::move(voters)) {}

    /// A voter answered a round, or the holder's own voter did. `now`: on the holder's clock. Returns the slots whose
    /// lease begins with that.
    Slots support(const lease::Support& support, Time now);
    Slots support_own(const HostName& holder, const Slot& slot, const lease::Epoch& epoch, Time at, Time now);
    /// The holder got answers of a majority: what is over from now on doesn't come back (rule 14).
    void take(const HostName& holder, const Slot& slot, const lease::Epoch& epoch);
    /// The host's clock began anew, and nothing of the past is on it.
    void forget(const HostName& host);

    [[nodiscard]] const Leases& of(const Slot& slot) const;
    /// May the slot's address be on the host at `now` of its clock? `slack`: what the kernel may add for a program that
    /// is dead or stopped.
    [[nodiscard]] bool may_be_on(const HostName& host, const Slot& slot, Time now, Duration slack) const;
    /// Did the host ever have a lease for the slot?
    [[nodiscard]] bool ever_had(const HostName& host, const Slot& slot) const;
    /// When the last lease of the host for the slot ends or ended, for the trace.
    [[nodiscard]] std::string last_end(const HostName& host, const Slot& slot, Time now) const;

  private:
    bool judge(Lease& lease, lease::Nonce nonce, Time sent, Time now);

    lease::Timing timing_;
    lease::Voters voters_;
    std::map<Slot, Leases> slots_;
};

}  // namespace mmm::sim
