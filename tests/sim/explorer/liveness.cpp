#include "tests/sim/explorer/liveness.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

namespace mmm::sim {

using namespace lease;

namespace {

/// Longer than a silence and a few attempts.
constexpr int kTicks = 60;

/// A healed world without monitors. Every message arrives at once.
class Healed {
  public:
    Healed(Laws& laws, const Options& options, const World& world, bool regrant)
        : store_(laws.store), timing_(options.timing()), hosts_(laws.monitor()), regrant_(regrant), world_(world) {}

    /// The ticks without a holder until one holds for good; -1: never; -2: two hosts have the address.
    int run() {
        for (std::size_t i = 0; i < hosts_; ++i) revive(i);
        int held_since = -1;
        for (int t = 0; t < kTicks; ++t) {
            for (std::size_t i = 0; i < 2; ++i) renew(i);
            for (std::size_t i = 0; regrant_ && i < 2; ++i) attempt(i, t);
            if (node(0).has_address() && node(1).has_address()) return -2;
            const bool held = holds(0) || holds(1);
            if (!held) held_since = -1;
            if (held && held_since < 0) held_since = t;
            for (std::size_t i = 0; i < hosts_; ++i) apply(i, Act::age);
            ++unheard_;
        }
        return held_since > kTicks - 10 ? -1 : held_since;
    }

  private:
    [[nodiscard]] const Node& node(std::size_t index) const { return store_.nodes[world_.node[index]]; }
    [[nodiscard]] bool holds(std::size_t index) const { return node(index).held() && node(index).has_address(); }

    std::vector<std::uint32_t> take(std::size_t index, const Outcome& outcome) {
        const std::vector<std::uint32_t> sent = outcome.sent;
        world_.node[index] = outcome.node;
        if (node(index).put) world_.node[index] = store_.apply(world_.node[index], Act::make_call).node;
        return sent;
    }
    std::vector<std::uint32_t> apply(std::size_t index, Act act) {
        return take(index, store_.apply(world_.node[index], act));
    }
    std::vector<std::uint32_t> deliver(std::size_t index, std::uint32_t message) {
        return take(index, store_.deliver(world_.node[index], message));
    }
    void revive(std::size_t index) {
        if (node(index).run == Run::frozen) apply(index, Act::thaw);
        if (node(index).run == Run::dead) apply(index, Act::restart);
        if (node(index).put) apply(index, Act::make_call);
    }

    void renew(std::size_t index) {
        for (const auto message : apply(index, Act::settle_down)) {
            if (!std::holds_alternative<Renewal>(store_.messages[message])) continue;
            for (std::size_t voter = 0; voter < hosts_; ++voter)
                for (const auto answer : deliver(voter, message))
                    if (std::holds_alternative<Support>(store_.messages[answer])) deliver(index, answer);
        }
    }

    /// One whole proposal for itself, if the rule says so; the hosts take turns.
    void attempt(std::size_t index, int t) {
        const Time heard = kNow - kTick * unheard_;
        if (node(index).proposal) return proceed(index);
        if (t % 4 != static_cast<int>(2 * index)) return;
        if (!may_regrant(node(index).holder, node(index).voter, the_slot(), heard, kNow, timing_)) return;
        apply(index, index == 0 ? Act::propose_db1 : Act::propose_db2);
        if (node(index).proposal) proceed(index);
    }

    void proceed(std::size_t index) {
        const std::uint32_t request = store_.messages.number(node(index).proposal->request);
        for (int round = 0; round < 2; ++round) {
            for (std::size_t voter = 0; voter < hosts_; ++voter) {
                if (!node(index).proposal || !to_ask(*node(index).proposal).contains(node(voter).voter.self)) continue;
                for (const auto answer : deliver(voter, request))
                    if (std::holds_alternative<PromiseReply>(store_.messages[answer])) deliver(index, answer);
            }
        }
        for (const auto message : apply(index, Act::grant))
            if (std::holds_alternative<Grant>(store_.messages[message])) deliver(index, message);
        renew(index);
    }

    Store& store_;
    Timing timing_;
    std::size_t hosts_;  ///< all nodes but the monitors
    bool regrant_;
    World world_;
    int unheard_ = 0;
};

bool live_holder(const Laws& laws, const World& world) {
    for (std::size_t i = 0; i < 2; ++i) {
        const Node& node = laws.node(world, i);
        const Held* held = node.held();
        if (node.run == Run::running && held != nullptr && held->lease_end > kNow && node.has_address()) return true;
    }
    return false;
}

}  // namespace

bool check_liveness(Search& search, const Options& options) {
    Laws& laws = search.laws();
    std::set<std::array<std::uint32_t, kMaxNodes>> seen;
    std::size_t with_holder = 0, blocked = 0, never = 0, unsafe = 0, example = 0;
    int worst = 0;
    for (std::size_t i = 0; i < search.worlds().size(); ++i) {
        World world = search.worlds()[i];
        if (!live_holder(laws, world)) continue;
        ++with_holder;
        for (std::size_t k = laws.monitor(); k < kMaxNodes; ++k) world.node[k] = 0;
        if (!seen.insert(world.node).second) continue;
        blocked += Healed(laws, options, world, false).run() < 0;
        const int ticks = Healed(laws, options, world, true).run();
        worst = std::max(worst, ticks);
        unsafe += ticks == -2;
        never += ticks == -1;
        if (ticks < 0 && example == 0) example = i;
    }
    std::printf(
        "liveness: %zu worlds with a live holder, %zu different without the monitor; without self-regrant %zu never "
        "recover; with it %zu never, %zu unsafe, the worst takes %d ticks\n",
        with_holder, seen.size(), blocked, never, unsafe, worst);
    if (example != 0) search.trace(example);
    return never + unsafe > 0;
}

}  // namespace mmm::sim
