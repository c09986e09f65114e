#include "core/lease/proposer.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "core/lease/believable.hpp"

namespace mmm::lease {

namespace {

std::set<HostName> who_promised(const Proposal& proposal) {
    std::set<HostName> names;
    for (const auto& [name, promise] : proposal.promises) names.insert(name);
    return names;
}

/// Rules 9 and 10. A host that holds nothing and has promised this epoch itself can't get an older one any more.
bool proven_gone(const Proposal& proposal, const HostName& host, const Epoch& epoch) {
    if (host == proposal.request.target || proposal.killed.contains(host)) return true;
    const auto release = proposal.released.find(host);
    if (release == proposal.released.end()) return false;
    return epoch ? release->second.epoch >= epoch : release->second.promised >= proposal.request.epoch;
}

/// Rule 8: when the last lease that this voter may have supported is over.
Time over_at(const Proposal::Promise& promise, const Timing& timing) {
    return promise.received + (timing.wait() - std::min(promise.last.age, timing.wait()));
}

/// Rules 8 and 9: what may be left of the leases that the quorum knows of.
Verdict look(const Proposal& proposal, Time now, const Timing& timing) {
    Verdict verdict;
    Time until = now;
    const std::set<HostName> quorum = proposal.voters.all();  // a target outside of it is nobody's witness
    for (const auto& [name, promise] : proposal.promises) {
        if (!quorum.contains(name) || over_at(promise, timing) <= now) continue;
        until = std::max(until, over_at(promise, timing));
        if (!promise.last.known) {
            verdict.unknown_holder = true;
        } else if (!proven_gone(proposal, promise.last.holder, promise.last.epoch)) {
            verdict.maybe_held_by.insert(promise.last.holder);
        }
    }
    const bool proven = verdict.maybe_held_by.empty() && !verdict.unknown_holder;
    if (!proven) {
        verdict.stage = Stage::waiting;
        verdict.until = until;
    } else {
        verdict.stage = Stage::ready;
        verdict.proof = until == now ? Proof::waited : Proof::released;
    }
    return verdict;
}

/// Rule 23: time proves nothing, whoever could hold it must have let go.
Verdict look_without_time(const Proposal& proposal) {
    Verdict verdict;
    for (const auto& host : proposal.candidates)
        if (!proven_gone(proposal, host, {})) verdict.maybe_held_by.insert(host);
    verdict.stage = verdict.maybe_held_by.empty() ? Stage::ready : Stage::held;
    verdict.proof = verdict.maybe_held_by.empty() ? Proof::released : Proof::none;
    return verdict;
}

}  // namespace

std::optional<Epoch> next_epoch(Record& record, const Slot& slot, const HostName& proposer) {
    if (!record.settled) return std::nullopt;
    SlotRecord& known = record.slots[slot];
    const std::uint64_t highest = std::max(known.highest, known.promised.counter);
    // Somebody lied: beyond that there is only what was used before.
    if (highest == std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
    known.highest = highest + 1;
    return Epoch{known.highest, proposer};
}

void learn(Record& record, const PromiseReply& refusal) {
    if (!is_believable(refusal.highest)) return;
    auto& highest = record.slots[refusal.slot].highest;
    highest = std::max(highest, refusal.highest);
}

std::set<HostName> to_ask(const Proposal& proposal) {
    const HostName& target = proposal.request.target;
    if (!proposal.promises.contains(target)) return {target};
    std::set<HostName> left = proposal.voters.all();
    for (const auto& [name, promise] : proposal.promises) left.erase(name);
    return left;
}

void take(Proposal& proposal, const PromiseReply& reply, Time now) {
    if (reply.slot != proposal.request.slot || reply.epoch != proposal.request.epoch) return;
    if (proposal.promises.contains(reply.voter)) return;
    if (reply.refusal != Refusal::none) {
        proposal.refused.insert(reply.voter);
        if (reply.refusal == Refusal::outdated && is_believable(reply.highest))
            proposal.outvoted_by = std::max(proposal.outvoted_by, std::max(reply.highest, reply.epoch.counter));
        return;
    }
    // The others' promises must be younger than the target's, whose age limits the grant's (rules 6, 11).
    if (!to_ask(proposal).contains(reply.voter)) return;
    proposal.refused.erase(reply.voter);
    proposal.promises.emplace(reply.voter, Proposal::Promise{reply.last, now});
    if (reply.voter == proposal.request.target) {
        proposal.nonce = reply.nonce;
        proposal.target_promised = now;
    }
    if (!proposal.quorum_at && proposal.voters.majority(who_promised(proposal))) proposal.quorum_at = now;
}

void take(Proposal& proposal, const Release& release) {
    if (release.slot != proposal.request.slot) return;
    const auto [old, is_new] = proposal.released.try_emplace(release.host, release);
    old->second.epoch = std::max(old->second.epoch, release.epoch);
    old->second.promised = std::max(old->second.promised, release.promised);
}

void take_kill(Proposal& proposal, const HostName& host, Time started) {
    if (proposal.quorum_at && started > *proposal.quorum_at) proposal.killed.insert(host);
}

Verdict judge(const Proposal& proposal, Time now, const Timing& timing) {
    if (proposal.outvoted_by != 0) return {Stage::outvoted};
    if (proposal.target_promised && now > *proposal.target_promised + timing.promise_validity())
        return {Stage::expired};
    if (!proposal.quorum_at || !proposal.target_promised) return {Stage::asking};  // rule 7

    return proposal.on_loss == OnLoss::hold ? look_without_time(proposal) : look(proposal, now, timing);
}

Grant grant(const Proposal& proposal) {
    return {proposal.request.target, proposal.request.slot,   proposal.request.epoch,
            proposal.nonce,          proposal.request.voters, proposal.on_loss};
}

}  // namespace mmm::lease
