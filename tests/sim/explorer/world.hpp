#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/explorer/store.hpp"

namespace mmm::sim {

inline constexpr std::size_t kMaxNodes = 6;

/// A state of everything, by numbers of the store.
struct World {
    std::array<std::uint32_t, kMaxNodes> node{};  ///< db1, db2, agents that only vote, the monitor, the second one
    std::uint32_t net = 0;                        ///< all messages that may still arrive
    std::uint8_t proposals = 0, crashes = 0, losses = 0, freezes = 0, kills = 0;
    std::array<std::uint8_t, 3> unused{};  ///< so that worlds can be compared as bytes

    bool operator==(const World&) const = default;
};

/// The node's host. Both monitors are "monitor".
HostName name_of(std::size_t index, std::size_t monitor);

/// One step of a world, for the trace.
struct Step {
    Act act = Act::age;
    std::size_t node = 0;
    std::uint32_t message = 0;  ///< with Act::first_delivery
    bool answered = false;      ///< a promise that its proposer hears of
};

/// The rules of the world around the core: what may happen next.
class Laws {
  public:
    explicit Laws(const Options& options);

    [[nodiscard]] World start();
    using Emit = std::function<void(const World&, const Step&)>;
    void successors(const World& world, const Emit& emit);
    /// Two hosts have the address.
    [[nodiscard]] bool violated(const World& world) const;
    [[nodiscard]] std::string describe(const Step& step, const World& after) const;
    [[nodiscard]] const Node& node(const World& world, std::size_t index) const {
        return store.nodes[world.node[index]];
    }
    [[nodiscard]] std::size_t monitor() const { return static_cast<std::size_t>(options_.voters) - 1; }

    Store store;

  private:
    using Net = std::vector<std::uint32_t>;  ///< sorted numbers of messages

    [[nodiscard]] std::size_t node_count() const {
        return static_cast<std::size_t>(options_.voters + options_.monitors) - 1;
    }
    [[nodiscard]] bool running(const World& world, std::size_t index) const {
        return Acts::can_act(node(world, index));
    }
    /// Puts a node's outcome into the world: its next state, what it sent; then tidies the network.
    void put(World& world, std::size_t index, const Outcome& outcome);
    void simple(const World& world, std::size_t index, Act act, const Emit& emit);
    void agent_steps(const World& world, std::size_t index, const Emit& emit);
    void faults(const World& world, std::size_t index, const Emit& emit);
    void proposer_steps(const World& world, std::size_t index, const Emit& emit);
    void deliveries(const World& world, const Emit& emit);
    void ask(const World& world, std::uint32_t message, std::size_t voter, const Emit& emit);
    void renew(const World& world, std::uint32_t message, std::size_t voter, const Emit& emit);
    void decide_rounds(const World& world, std::size_t index, const Emit& emit);
    void tick(const World& world, const Emit& emit);
    /// Makes the call into the kernel at once when nothing can come between.
    void call_at_once(World& world, std::size_t index);
    std::uint32_t tidied(const World& world);
    void drop_older_releases(Net& net) const;
    std::uint32_t aged(std::uint32_t net);

    Options options_;
    Numbered<Net> nets_;
    std::map<std::array<std::uint32_t, 3>, std::uint32_t> tidied_;  ///< by the network and both agents
    std::unordered_map<std::uint32_t, std::uint32_t> aged_;
};

}  // namespace mmm::sim
