#include "tests/sim/explorer/world.hpp"

namespace mmm::sim {

using namespace lease;

HostName name_of(std::size_t index, std::size_t monitor) {
    return index >= monitor ? "monitor" : "db" + std::to_string(index + 1);
}

World Laws::start() {
    World world;
    Voters all;
    for (std::size_t i = 0; i <= monitor(); ++i) all.names.insert(name_of(i, monitor()));
    const Timing timing = options_.timing();
    for (std::size_t i = 0; i < node_count(); ++i) {
        const HostName name = name_of(i, monitor());
        std::optional<Record> saved;
        if (!options_.cold) saved = Record{true, {}};
        Node node;
        node.disk = saved;
        node.voter = start_voter(name, all, saved, 1, options_.cold ? kNow : kNow - timing.silence(), timing);
        node.voter.votes = i <= monitor();
        node.holder = {name, all, {}};
        node.address_until = kNow;
        world.node[i] = store.nodes.number(node);
    }
    world.net = nets_.number({});
    if (options_.cold) return world;
    // db1 gets the slot, by the rules.
    put(world, monitor(), store.apply(world.node[monitor()], Act::propose_db1));
    world.proposals = 1;
    const PromiseRequest request = node(world, monitor()).proposal->request;
    const std::uint32_t asked = store.messages.number(request);
    for (std::size_t i = 0; i <= monitor(); ++i) {
        const Outcome answer = store.deliver(world.node[i], asked);
        put(world, i, answer);
        put(world, monitor(), store.deliver(world.node[monitor()], answer.sent.at(0)));
    }
    if (options_.hold) {
        const Outcome free = store.apply(world.node[1], Act::let_go);
        world.node[1] = free.node;
        put(world, monitor(), store.deliver(world.node[monitor()], free.sent.at(0)));
    }
    // A core that waits too much is granted that, too.
    while (store.apply(world.node[monitor()], Act::grant).sent.empty() && node(world, monitor()).proposal)
        world.node[monitor()] = store.apply(world.node[monitor()], Act::age).node;
    const auto grant = store.apply(world.node[monitor()], Act::grant);
    put(world, monitor(), grant);
    put(world, 0, store.deliver(world.node[0], grant.sent.at(0)));
    if (node(world, 0).put) put(world, 0, store.apply(world.node[0], Act::make_call));
    const auto asks = store.apply(world.node[0], Act::settle_down);
    for (std::size_t i = 0; i <= monitor() && !asks.sent.empty(); ++i) {
        const auto answer = store.deliver(world.node[i], asks.sent.front());
        put(world, i, answer);
        put(world, 0, store.deliver(world.node[0], answer.sent.at(0)));
        if (node(world, 0).put) put(world, 0, store.apply(world.node[0], Act::make_call));
    }
    // The second monitor has been told so far.
    for (std::size_t i = monitor() + 1; i < node_count(); ++i) {
        Node second = node(world, i);
        second.voter.record.slots[the_slot()].highest = request.epoch.counter;
        second.disk = second.voter.record;
        world.node[i] = store.nodes.number(second);
    }
    if (options_.small_list) {
        Node old = node(world, 0);
        old.holder.voters.names = {"db1"};
        old.holder.slots.begin()->second.rounds.clear();
        world.node[0] = store.nodes.number(old);
    }
    return world;
}

}  // namespace mmm::sim
