#include "tests/sim/faults.hpp"

// What may happen to the network.

namespace mmm::sim {

void Faults::strike_network(Node node) {
    if (schedule_ == Schedule::leases && random_.chance(30)) return one_way(node);
    const auto others = static_cast<unsigned>(world_.hosts.size() - 1);
    switch (random_.below(4)) {
        case 0:
        case 1:
            return isolate(node);
        case 2:
            return cut_pair(node, kMonitor);
        default:
            return cut_pair(node, (node + 1 + random_.below(others)) % world_.hosts.size());
    }
}

void Faults::cut(const std::vector<std::pair<Node, Node>>& ways, const std::string& what) {
    for (const auto& [from, to] : ways) ++world_.ground.network.path(from, to).cuts;
    fault(what, some_time(12s), [this, ways] {
        for (const auto& [from, to] : ways) --world_.ground.network.path(from, to).cuts;
    });
}

/// From everybody, both ways. The monitor may keep its gateway: then it believes its own network to be fine.
void Faults::isolate(Node node) {
    std::vector<std::pair<Node, Node>> ways;
    const bool gateway_too = random_.chance(70);
    for (Node other = 0; other < kNodes; ++other) {
        if (other == node || (other == kGateway && !gateway_too)) continue;
        ways.emplace_back(node, other);
        ways.emplace_back(other, node);
    }
    cut(ways, name(node) + " is cut off");
}

/// One at a time while the rules of today hold: with two, a writer could hear an agent that the monitor doesn't.
void Faults::cut_pair(Node one, Node other) {
    if (one == other || (pair_is_cut_ && schedule_ == Schedule::today)) return;
    pair_is_cut_ = true;
    ++world_.ground.network.path(one, other).cuts;
    ++world_.ground.network.path(other, one).cuts;
    fault(name(one) + " and " + name(other) + " don't reach each other", some_time(12s), [this, one, other] {
        pair_is_cut_ = false;
        --world_.ground.network.path(one, other).cuts;
        --world_.ground.network.path(other, one).cuts;
    });
}

/// Two groups that don't reach each other.
void Faults::partition() {
    std::vector<std::pair<Node, Node>> ways;
    std::string members;
    std::vector<Node> nodes;
    for (Node node = 0; node <= kMonitor; ++node) {
        if (is_there(node)) nodes.push_back(node);
    }
    const unsigned mask = 1 + random_.below((1U << nodes.size()) - 2);
    for (std::size_t one = 0; one < nodes.size(); ++one) {
        if ((mask >> one & 1U) != 0) members += " " + name(nodes[one]);
        for (std::size_t other = 0; other < nodes.size(); ++other) {
            if ((mask >> one & 1U) != (mask >> other & 1U)) ways.emplace_back(nodes[one], nodes[other]);
        }
    }
    cut(ways, "partition:" + members + " apart from the others");
}

/// Hears and isn't heard, or the other way round.
void Faults::one_way(Node node) {
    std::vector<std::pair<Node, Node>> ways;
    const bool mute = random_.chance(50);
    for (Node other = 0; other <= kMonitor; ++other) {
        if (other == node) continue;
        ways.emplace_back(mute ? node : other, mute ? other : node);
    }
    cut(ways, name(node) + (mute ? " isn't heard" : " hears nothing"));
}

void Faults::lossy() {
    if (is_lossy_) return;
    is_lossy_ = true;
    const unsigned loss = random_.below(25);
    const Span jitter = random_.between(1ms, 200ms);
    const auto set = [this](unsigned lost, unsigned twice, Span most) {
        for (Node one = 0; one < kNodes; ++one) {
            for (Node other = 0; other < kNodes; ++other) {
                Path& path = world_.ground.network.path(one, other);
                path.loss = lost;
                path.twice = twice;
                path.most = most;
            }
        }
    };
    set(loss, 10, jitter);
    fault(std::to_string(loss) + " % loss, " + std::to_string(jitter.count() / 1000) + " ms jitter", some_time(15s),
          [this, set] {
              is_lossy_ = false;
              set(0, 0, Path{}.most);
          });
}

}  // namespace mmm::sim
