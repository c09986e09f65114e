#include "tests/sim/explorer/world.hpp"

#include <algorithm>

namespace mmm::sim {

using namespace lease;

Laws::Laws(const Options& options) : store(options), options_(options) {}

bool Laws::violated(const World& world) const {
    return node(world, 0).has_address() && node(world, 1).has_address();
}

void Laws::put(World& world, std::size_t index, const Outcome& outcome) {
    world.node[index] = outcome.node;
    Net net = nets_[world.net];
    for (const auto message : outcome.sent) {
        const Message& text = store.messages[message];
        if (std::holds_alternative<PromiseReply>(text)) continue;
        const auto place = std::lower_bound(net.begin(), net.end(), message);
        if (place == net.end() || *place != message) net.insert(place, message);
    }
    world.net = nets_.number(net);
    call_at_once(world, index);
    world.net = tidied(world);
}

void Laws::call_at_once(World& world, std::size_t index) {
    const bool frozen_between = world.freezes < options_.freezes || node(world, index).run != Run::running;
    if (node(world, index).put && !frozen_between) put(world, index, store.apply(world.node[index], Act::make_call));
}

void Laws::tick(const World& world, const Emit& emit) {
    for (std::size_t i = 0; i < 2; ++i)
        if (node(world, i).run == Run::running && node(world, i).put) return;  // it makes its call first
    World next = world;
    next.net = aged(world.net);
    for (std::size_t i = 0; i < node_count(); ++i) {
        const Outcome& outcome = store.apply(world.node[i], Act::age);
        next.node[i] = outcome.node;
    }
    for (std::size_t i = 0; i < node_count(); ++i) put(next, i, store.apply(world.node[i], Act::age));
    emit(next, {Act::age, 0, 0, false});
}

void Laws::simple(const World& world, std::size_t index, Act act, const Emit& emit) {
    World next = world;
    put(next, index, store.apply(world.node[index], act));
    if (!(next == world)) emit(next, {act, index, 0, false});
}

void Laws::successors(const World& world, const Emit& emit) {
    for (std::size_t i = 0; i < 2; ++i) agent_steps(world, i, emit);
    for (std::size_t i = 0; i < node_count(); ++i) {
        faults(world, i, emit);
        if (i >= monitor() || (i < 2 && options_.regrant)) proposer_steps(world, i, emit);
    }
    deliveries(world, emit);
    tick(world, emit);
}

void Laws::agent_steps(const World& world, std::size_t index, const Emit& emit) {
    const Node& agent = node(world, index);
    if (agent.run == Run::frozen) simple(world, index, Act::thaw, emit);
    if (agent.run == Run::running && agent.put) simple(world, index, Act::make_call, emit);
    if (!running(world, index)) return;
    decide_rounds(world, index, emit);
    const SlotRecord record = agent.voter.record.of(the_slot());
    if (agent.held() || agent.has_address() || record.relinquished < record.accepted || options_.hold)
        simple(world, index, Act::let_go, emit);
}

void Laws::faults(const World& world, std::size_t index, const Emit& emit) {
    const Run run = node(world, index).run;
    const auto with = [&](Act act, std::uint8_t World::*budget) {
        World next = world;
        ++(next.*budget);
        put(next, index, store.apply(world.node[index], act));
        emit(next, {act, index, 0, false});
    };
    if (run == Run::dead) simple(world, index, Act::restart, emit);
    if (options_.only != 0 && static_cast<std::size_t>(options_.only) != index + 1) return;
    if (run != Run::dead && world.crashes < options_.crashes)
        with(index < 2 ? Act::die : Act::restart, &World::crashes);
    if (world.losses < options_.losses) with(Act::lose_state, &World::losses);
    if (index < 2 && run == Run::running && world.freezes < options_.freezes) with(Act::freeze, &World::freezes);
}

void Laws::proposer_steps(const World& world, std::size_t index, const Emit& emit) {
    if (!running(world, index)) return;
    if (world.proposals < options_.epochs) {
        for (std::size_t target = 0; target < 2; ++target) {
            if (index < 2 && index != target) continue;
            if (options_.split && index >= monitor() && index - monitor() != target) continue;
            if (options_.quiet && index > monitor()) continue;
            if (options_.outside && index == monitor()) continue;
            World next = world;
            ++next.proposals;
            const Act act = target == 0 ? Act::propose_db1 : Act::propose_db2;
            put(next, index, store.apply(world.node[index], act));
            if (!node(next, index).proposal) continue;
            // Requests are on their way to everybody; the real proposer sends less (see ask).
            Net net = nets_[next.net];
            net.push_back(store.messages.number(node(next, index).proposal->request));
            std::sort(net.begin(), net.end());
            next.net = nets_.number(net);
            emit(next, {act, index, 0, false});
        }
    }
    const auto& proposal = node(world, index).proposal;
    if (!proposal || proposal->promises.empty()) return;
    // Releases that were reported by now, then the judgement. Of those that arrive later the worlds where it waits.
    std::uint32_t knows = world.node[index];
    for (const auto message : nets_[world.net])
        if (std::holds_alternative<Release>(store.messages[message])) knows = store.deliver(knows, message).node;
    const Outcome& outcome = store.apply(knows, Act::grant);
    if (!outcome.sent.empty() && !store.nodes[outcome.node].proposal) {
        World next = world;
        put(next, index, outcome);
        emit(next, {Act::grant, index, outcome.sent.front(), false});
    }
    for (std::size_t host = 0; host < 2 && world.kills < options_.kills; ++host) {
        World next = world;
        ++next.kills;
        next.node[host] = store.apply(world.node[host], Act::power_off).node;
        next.net = tidied(next);
        emit(next, {Act::power_off, host, 0, false});
        Node sure = node(world, index);
        take_kill(*sure.proposal, name_of(host, monitor()), kNow);
        next.node[index] = store.nodes.number(sure);
        emit(next, {Act::power_off, host, 0, true});
    }
}

}  // namespace mmm::sim
