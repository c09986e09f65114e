#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/lease/holder.hpp"
#include "core/lease/proposer.hpp"
#include "core/lease/regrant.hpp"
#include "core/lease/voter.hpp"
#include "tests/sim/explorer/options.hpp"

namespace mmm::sim {

/// A tick of the world. What is in a world is always told by times relative to kNow, which stands still: a tick moves
/// everything else into the past. So worlds that differ in age only are one.
inline constexpr Duration kTick{1000};
inline constexpr Time kNow{Duration{1'000'000}};

const Slot& the_slot();

using Message = std::variant<lease::PromiseRequest, lease::PromiseReply, lease::Renewal, lease::Support, lease::Grant,
                             lease::Release>;

enum class Run { running, frozen, dead };

/// The kernel's call that puts the address: computed, and not made yet.
struct Put {
    Duration lifetime;
    Time kill_at;
    auto operator<=>(const Put&) const = default;
};

/// One process with its disk and, on a database host, the address in its kernel.
struct Node {
    Run run = Run::running;
    lease::Voter voter;
    std::optional<lease::Record> disk;
    lease::Holder holder;
    std::optional<Put> put;
    Time address_until;  ///< kNow: it is absent
    std::optional<lease::Proposal> proposal;

    [[nodiscard]] bool has_address() const { return address_until > kNow; }
    [[nodiscard]] const lease::Held* held() const;
    auto operator<=>(const Node&) const = default;
};

/// What a node sends.
using Outbox = std::vector<Message>;

/// Everything that can happen to one node, each in one step. Each expects that `can_act` allows it.
struct Acts {
    const Options& options;
    lease::Timing timing;

    /// A running process that isn't in the middle of the kernel's call.
    static bool can_act(const Node& node) { return node.run == Run::running && !node.put; }

    void deliver(Node& node, const Message& message, Outbox& out) const;
    void propose(Node& node, const HostName& target) const;
    /// Sends the grant if the proposal is ready.
    void grant(Node& node, Outbox& out) const;
    void make_call(Node& node) const;
    void let_go(Node& node, Outbox& out) const;
    void thaw(Node& node) const;
    void die(Node& node) const;
    void restart(Node& node, bool lost_state) const;
    void power_off(Node& node) const;
    /// Time passes.
    void age(Node& node) const;
    /// Sends the round of this tick, and brings the node into the form in which equal nodes are the same.
    void settle_down(Node& node, Outbox& out) const;

  private:
    void end_leases(Node& node) const;
    void prepare_call(Node& node) const;
    void clamp(Node& node) const;
    void clamp_voter(lease::Life& life, const lease::Record& record) const;
    void clamp_proposal(std::optional<lease::Proposal>& proposal) const;
};

}  // namespace mmm::sim
