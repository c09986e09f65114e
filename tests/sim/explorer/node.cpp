#include "tests/sim/explorer/node.hpp"

#include <algorithm>

namespace mmm::sim {

using namespace lease;

const Slot& the_slot() {
    static const Slot slot{"writer", Address::v4({192, 168, 10, 128})};
    return slot;
}

const Held* Node::held() const {
    const auto found = holder.slots.find(the_slot());
    return found == holder.slots.end() ? nullptr : &found->second;
}

namespace {

/// What a process does with a message; saves before it sends.
struct Deliver {
    const Acts& acts;
    Node& node;
    Outbox& out;

    void save(bool changed) const {
        if (changed) node.disk = node.voter.record;
    }
    void operator()(const PromiseRequest& request) const {
        auto answer = promise(node.voter, request, kNow);
        save(answer.save);
        out.emplace_back(std::move(answer.reply));
    }
    void operator()(const PromiseReply& reply) const {
        if (!node.proposal) return;
        take(*node.proposal, reply, kNow);
        if (reply.refusal == Refusal::outdated && reply.epoch == node.proposal->request.epoch) {
            learn(node.voter.record, reply);
            save(true);
        }
    }
    void operator()(const Renewal& renewal) const {
        auto answer = support(node.voter, renewal, kNow);
        save(answer.save);
        if (!answer.reply.slots.empty()) out.emplace_back(std::move(answer.reply));
    }
    void operator()(const Support& support) const { count(node.holder, node.voter, support, kNow, acts.timing); }
    void operator()(const Grant& grant) const { save(accept(node.holder, node.voter, grant, kNow, acts.timing).save); }
    void operator()(const Release& release) const {
        if (node.proposal) take(*node.proposal, release);
    }
};

}  // namespace

void Acts::end_leases(Node& node) const {
    if (!lapse(node.holder, node.voter, kNow).empty()) node.address_until = kNow;
    if (settle(node.voter, kNow)) node.disk = node.voter.record;
    const auto address = term(node.holder, node.voter, the_slot(), kNow, timing);
    // Nothing of ours may be on that isn't held; what is held without a lease is put again and again.
    if (node.has_address() && !address) node.address_until = kNow;
    if (options.hold && address && node.held()->leased)
        node.address_until = std::max(node.address_until, kNow + address->lifetime);
}

void Acts::deliver(Node& node, const Message& message, Outbox& out) const {
    end_leases(node);
    std::visit(Deliver{*this, node, out}, message);
    prepare_call(node);
}

/// The address is put when it may stay for longer than it would.
void Acts::prepare_call(Node& node) const {
    const auto address = term(node.holder, node.voter, the_slot(), kNow, timing);
    if (address && kNow + address->lifetime > node.address_until) node.put = Put{address->lifetime, address->kill_at};
}

void Acts::propose(Node& node, const HostName& target) const {
    Record& record = node.voter.record;
    const std::set<HostName> candidates{"db1", "db2"};
    if (node.voter.self == target) {
        node.proposal = regrant(node.voter, the_slot(), timing.on_loss, candidates);
    } else if (const auto epoch = next_epoch(record, the_slot(), node.voter.votes ? "monitor" : "second")) {
        node.proposal = Proposal{
            {the_slot(), *epoch, target, node.voter.voters.hash()}, node.voter.voters, timing.on_loss, candidates};
    }
    node.disk = record;
}

void Acts::grant(Node& node, Outbox& out) const {
    if (!node.proposal || judge(*node.proposal, kNow, timing).stage != Stage::ready) return;
    out.emplace_back(lease::grant(*node.proposal));
    node.proposal.reset();
}

void Acts::make_call(Node& node) const {
    node.address_until = kNow + node.put->lifetime;
    node.put.reset();
}

void Acts::let_go(Node& node, Outbox& out) const {
    node.address_until = kNow;
    auto done = relinquish(node.holder, node.voter, the_slot());
    if (done.save) node.disk = node.voter.record;
    if (!options.hold) done.release.promised = {};  // not looked at then; keeps worlds fewer
    out.emplace_back(std::move(done.release));
}

void Acts::thaw(Node& node) const {
    node.run = Run::running;
    if (!node.put) end_leases(node);
}

void Acts::die(Node& node) const {
    node.run = Run::dead;
}

void Acts::power_off(Node& node) const {
    die(node);
    node.address_until = kNow;
}

void Acts::restart(Node& node, bool lost_state) const {
    if (lost_state) node.disk.reset();
    const bool votes = node.voter.votes;
    node.run = Run::running;
    node.put.reset();
    node.proposal.reset();
    node.holder.slots.clear();
    node.voter = start_voter(node.voter.self, node.voter.voters, node.disk, node.voter.life.nonce + 1, kNow, timing);
    node.voter.votes = votes;
    if (lost_state) node.disk = node.voter.record;  // something is saved soon
    if (!node.has_address()) return;
    const bool goes_on =
        !options.no_resume && resume(node.holder, node.voter, the_slot(), node.address_until - kNow, kNow, timing);
    if (!goes_on) node.address_until = kNow;
    prepare_call(node);
}

void Acts::age(Node& node) const {
    Life& life = node.voter.life;
    life.started -= kTick;
    if (life.silent_until) *life.silent_until -= kTick;
    for (auto& [slot, last] : life.supported) last.at -= kTick;
    for (auto& [slot, last] : life.promised) last.at -= kTick;
    for (auto& [slot, held] : node.holder.slots) {
        held.first_lease_by -= kTick;
        if (held.lease_end) *held.lease_end -= kTick;
        std::map<Time, std::set<HostName>> rounds;
        for (auto& [sent, votes] : held.rounds) rounds.emplace(sent - kTick, std::move(votes));
        held.rounds = std::move(rounds);
    }
    if (node.put) node.put->kill_at -= kTick;
    node.address_until = std::max(kNow, node.address_until - kTick);
    if (auto& proposal = node.proposal) {
        for (auto& [name, promise] : proposal->promises) promise.received -= kTick;
        if (proposal->target_promised) *proposal->target_promised -= kTick;
        if (proposal->quorum_at) *proposal->quorum_at -= kTick;
    }
    // The timer ends a process that was stopped before its call.
    if (node.run == Run::frozen && node.put && kNow > node.put->kill_at) die(node);
    if (can_act(node)) end_leases(node);
}

void Acts::settle_down(Node& node, Outbox& out) const {
    if (can_act(node) && node.held()) {
        if (auto round = renewal(node.holder, node.voter, kNow, timing)) out.emplace_back(std::move(*round));
    }
    clamp(node);
}

void Acts::clamp_voter(Life& life, const Record& record) const {
    const Time old = kNow - timing.wait();
    // Who restarted listens for X before it proposes for itself.
    life.started = std::max(life.started, options.live ? kNow - timing.promise_validity() : old);
    if (life.silent_until) life.silent_until = std::max(*life.silent_until, kNow);
    // A support of W ago says as little as none.
    std::erase_if(life.supported, [&](const auto& last) { return last.second.at <= old; });
    std::erase_if(life.promised, [&](const auto& last) { return last.second.epoch != record.of(last.first).promised; });
    // How long the process runs says nothing beside what it supported since.
    if (!life.supported.empty() && !options.live) life.started = old;
    for (auto& [slot, last] : life.promised) last.at = std::max(last.at, kNow - timing.promise_validity() - kTick);
}

void Acts::clamp_proposal(std::optional<Proposal>& proposal) const {
    if (!proposal) return;
    const Stage stage = judge(*proposal, kNow, timing).stage;
    if (stage == Stage::outvoted || stage == Stage::expired) return proposal.reset();
    proposal->refused.clear();
    for (auto& [name, promise] : proposal->promises) {
        const Duration wait = timing.wait();
        const Time end = promise.received + (wait - std::min(promise.last.age, wait));
        const Duration left = std::max(Duration{0}, end - kNow);
        if (left == Duration{0}) promise.last = {};
        promise.last.age = wait - left;
        promise.received = kNow;
    }
    if (proposal->quorum_at) proposal->quorum_at = std::max(*proposal->quorum_at, kNow - kTick * 2);
}

void Acts::clamp(Node& node) const {
    if (node.run == Run::dead) {
        const Nonce nonce = node.voter.life.nonce;
        node.voter.life = {};
        node.voter.life.nonce = nonce;
        node.voter.record = {};
        node.holder.slots.clear();
        node.put.reset();
        node.proposal.reset();
        return;
    }
    clamp_voter(node.voter.life, node.voter.record);
    clamp_proposal(node.proposal);
    for (auto& [slot, held] : node.holder.slots) {
        if (held.lease_end) held.lease_end = std::max(*held.lease_end, kNow);
        held.first_lease_by = held.leased ? kNow : std::max(held.first_lease_by, kNow - kTick);
        std::erase_if(held.rounds, [&](const auto& round) { return round.first + timing.lease <= kNow; });
    }
}

}  // namespace mmm::sim
