#include "tests/sim/explorer/world.hpp"

#include <algorithm>

namespace mmm::sim {

using namespace lease;

namespace {

bool is_grant_for(const Message& message, const HostName& host) {
    const auto* grant = std::get_if<Grant>(&message);
    return grant != nullptr && grant->target == host;
}

}  // namespace

/// Forgets what can't have an effect any more: answers to rounds that are decided or over.
std::uint32_t Laws::tidied(const World& world) {
    const std::array<std::uint32_t, 3> from{world.net, world.node[0], world.node[1]};
    const auto [known, is_new] = tidied_.try_emplace(from);
    if (!is_new) return known->second;

    Net net;
    for (const auto number : nets_[world.net]) {
        const Message& message = store.messages[number];
        const auto decided = [&](const HostName& holder, Time sent) {
            const Held* held = node(world, holder == "db1" ? 0 : 1).held();
            return held == nullptr || !held->rounds.contains(sent);
        };
        if (const auto* support = std::get_if<Support>(&message)) {
            if (decided(support->holder, support->sent)) continue;
        }
        std::uint32_t kept = number;
        if (const auto* round = std::get_if<Renewal>(&message)) {
            // What is decided still reaches voters, whenever.
            if (decided(round->holder, round->sent)) {
                Renewal old = *round;
                old.sent = kNow - options_.timing().lease;
                kept = store.messages.number(old);
            }
        }
        net.push_back(kept);
    }
    std::sort(net.begin(), net.end());
    net.erase(std::unique(net.begin(), net.end()), net.end());
    drop_older_releases(net);
    return known->second = nets_.number(net);
}

/// Of two releases of a host the later says all that the earlier does.
void Laws::drop_older_releases(Net& net) const {
    const auto release = [this](std::uint32_t number) { return std::get_if<Release>(&store.messages[number]); };
    std::erase_if(net, [&](std::uint32_t number) {
        const Release* one = release(number);
        return one != nullptr && std::any_of(net.begin(), net.end(), [&](std::uint32_t other) {
                   const Release* two = release(other);
                   return other != number && two != nullptr && two->host == one->host && two->epoch >= one->epoch &&
                          two->promised >= one->promised;
               });
    });
}

std::uint32_t Laws::aged(std::uint32_t number) {
    const auto [found, is_new] = aged_.try_emplace(number);
    if (!is_new) return found->second;
    Net net;
    const Time oldest = kNow - options_.timing().lease;
    for (const auto each : nets_[number]) {
        Message message = store.messages[each];
        if (auto* round = std::get_if<Renewal>(&message)) round->sent = std::max(oldest, round->sent - kTick);
        if (auto* support = std::get_if<Support>(&message)) support->sent -= kTick;
        net.push_back(store.messages.number(message));
    }
    std::sort(net.begin(), net.end());
    net.erase(std::unique(net.begin(), net.end()), net.end());
    const std::uint32_t result = nets_.number(net);
    aged_[number] = result;
    return result;
}

void Laws::deliveries(const World& world, const Emit& emit) {
    const Net net = nets_[world.net];
    for (const auto number : net) {
        const Message message = store.messages[number];
        for (std::size_t i = 0; i < node_count(); ++i) {
            if (!running(world, i)) continue;
            if (std::holds_alternative<PromiseRequest>(message)) ask(world, number, i, emit);
            if (std::holds_alternative<Renewal>(message)) renew(world, number, i, emit);
            if (i < 2 && is_grant_for(message, name_of(i, monitor()))) {
                const Outcome& outcome = store.deliver(world.node[i], number);
                if (outcome.node == world.node[i]) continue;
                World next = world;
                put(next, i, outcome);
                emit(next, {Act::first_delivery, i, number, false});
            }
        }
    }
}

/// A request arrives, and its answer at its proposer at once, or never: an answer that comes later only makes the
/// proposer wait longer.
void Laws::ask(const World& world, std::uint32_t message, std::size_t voter, const Emit& emit) {
    const PromiseRequest request = std::get<PromiseRequest>(store.messages[message]);
    const Outcome answer = store.deliver(world.node[voter], message);
    World next = world;
    put(next, voter, answer);
    for (std::size_t i = 0; i < node_count(); ++i) {
        const auto& proposal = node(world, i).proposal;
        if (!running(world, i) || !proposal || proposal->request != request) continue;
        const HostName& name = node(world, voter).voter.self;
        if (!to_ask(*proposal).contains(name)) {
            if (!proposal->promises.contains(name)) return;  // not asked yet
            continue;
        }
        World heard = next;
        put(heard, i, store.deliver(next.node[i], answer.sent.at(0)));
        if (!(heard == next)) emit(heard, {Act::first_delivery, voter, message, true});
    }
    if (!(next == world)) emit(next, {Act::first_delivery, voter, message, false});
}

/// A round arrives. Again only if that may matter: a younger support makes proposers wait longer, nothing else.
void Laws::renew(const World& world, std::uint32_t message, std::size_t voter, const Emit& emit) {
    const Renewal round = std::get<Renewal>(store.messages[message]);
    const Outcome& outcome = store.deliver(world.node[voter], message);
    World next = world;
    put(next, voter, outcome);
    const bool counts = next.net != world.net;
    if (!counts && outcome.younger_only) return;
    emit(next, {Act::first_delivery, voter, message, counts});
}

/// All answers to one round that are there arrive, when they make the lease longer; also all of all rounds.
void Laws::decide_rounds(const World& world, std::size_t index, const Emit& emit) {
    const Held* held = node(world, index).held();
    if (held == nullptr) return;
    const auto attempt = [&](const std::vector<std::uint32_t>& messages, const std::optional<Time>& above) {
        std::uint32_t agent = world.node[index];
        for (const auto message : messages) {
            Node one = store.nodes[agent];
            if (one.put) break;  // enough came
            agent = store.deliver(agent, message).node;
        }
        const Held* after = store.nodes[agent].held();
        if (after == nullptr || !after->leased || (held->leased && after->lease_end <= held->lease_end)) return above;
        if (after->lease_end <= above) return above;
        World next = world;
        put(next, index, Outcome{agent, false, {}});
        emit(next, {Act::first_delivery, index, messages.front(), true});
        return after->lease_end;
    };
    std::map<Time, std::vector<std::uint32_t>> rounds;
    std::vector<std::uint32_t> all;
    for (const auto number : nets_[world.net]) {
        const auto* support = std::get_if<Support>(&store.messages[number]);
        if (support == nullptr || support->holder != node(world, index).voter.self) continue;
        rounds[support->sent].push_back(number);
    }
    for (const auto& [sent, messages] : rounds) all.insert(all.end(), messages.begin(), messages.end());
    std::optional<Time> best;
    for (const auto& [sent, messages] : rounds) best = std::max(best, attempt(messages, std::nullopt));
    if (rounds.size() > 1) attempt(all, best);
}

}  // namespace mmm::sim
