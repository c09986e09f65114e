#include "tests/sim/explorer/store.hpp"

namespace mmm::sim {

namespace {

/// Equal but for the age of the last support?
bool same_but_younger(Node before, const Node& after) {
    auto& supported = before.voter.life.supported;
    for (const auto& [slot, last] : after.voter.life.supported) {
        const auto found = supported.find(slot);
        if (found != supported.end()) found->second.at = last.at;
    }
    return before == after;
}

}  // namespace

void Store::run(Node& node, std::uint32_t input, Outbox& out) {
    switch (static_cast<Act>(input)) {
        case Act::propose_db1:
            return acts.propose(node, "db1");
        case Act::propose_db2:
            return acts.propose(node, "db2");
        case Act::grant:
            return acts.grant(node, out);
        case Act::make_call:
            return acts.make_call(node);
        case Act::let_go:
            return acts.let_go(node, out);
        case Act::freeze:
            node.run = Run::frozen;
            return;
        case Act::thaw:
            return acts.thaw(node);
        case Act::die:
            return acts.die(node);
        case Act::restart:
            return acts.restart(node, false);
        case Act::lose_state:
            return acts.restart(node, true);
        case Act::power_off:
            return acts.power_off(node);
        case Act::age:
            return acts.age(node);
        case Act::settle_down:
            return;
        case Act::first_delivery:
            break;
    }
    acts.deliver(node, messages[input - static_cast<std::uint32_t>(Act::first_delivery)], out);
}

const Outcome& Store::outcome(std::uint32_t node, std::uint32_t input) {
    const std::uint64_t key = static_cast<std::uint64_t>(node) << 32U | input;
    const auto [found, is_new] = outcomes_.try_emplace(key);
    if (!is_new) return found->second;
    Node changed = nodes[node];
    Outbox out;
    run(changed, input, out);
    acts.settle_down(changed, out);
    Outcome& outcome = found->second;
    outcome.younger_only = same_but_younger(nodes[node], changed);
    for (const auto& message : out) outcome.sent.push_back(messages.number(message));
    outcome.node = nodes.number(changed);
    return outcome;
}

}  // namespace mmm::sim
