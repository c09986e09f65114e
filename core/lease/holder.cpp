#include "core/lease/holder.hpp"

#include <algorithm>

namespace mmm::lease {

namespace {

/// Has this host promised a newer epoch than it holds? Then it asks for no more (rule 18).
bool bound(const Held& held, const Voter& voter, const Slot& slot) {
    return voter.record.of(slot).promised > held.epoch;
}

/// Does the host keep the slot without a lease (rule 23)?
bool keeps(const Held& held, const Voter& voter, const Slot& slot) {
    return held.leased && held.on_loss == OnLoss::hold && !bound(held, voter, slot);
}

/// Rules 11, 14, 18: whether a majority may still make or prolong the lease.
bool may_renew(const Held& held, const Voter& voter, const Slot& slot, Time now) {
    if (bound(held, voter, slot)) return false;
    if (!held.leased) return now <= held.first_lease_by;
    return now < held.lease_end || keeps(held, voter, slot);
}

GrantRefusal refusal(const Holder& holder, const Voter& voter, const Grant& grant, Time now, const Timing& timing) {
    if (grant.target != holder.self) return GrantRefusal::not_for_us;
    if (!voter.record.settled) return GrantRefusal::silent;
    if (!holder.voters.accepts(grant.voters)) return GrantRefusal::other_voters;
    if (grant.nonce != voter.life.nonce) return GrantRefusal::other_process;
    const SlotRecord record = voter.record.of(grant.slot);
    const auto promised = voter.life.promised.find(grant.slot);
    if (promised == voter.life.promised.end() || promised->second.epoch != grant.epoch ||
        record.promised != grant.epoch) {
        return GrantRefusal::not_promised;
    }
    if (now > promised->second.at + timing.promise_validity()) return GrantRefusal::too_late;
    if (grant.epoch <= record.accepted || grant.epoch <= record.relinquished) return GrantRefusal::spent;
    return GrantRefusal::none;
}

}  // namespace

Accepted accept(Holder& holder, Voter& voter, const Grant& grant, Time now, const Timing& timing) {
    const GrantRefusal why = refusal(holder, voter, grant, now, timing);
    if (why != GrantRefusal::none) return {why, false};
    voter.record.slots[grant.slot].accepted = grant.epoch;
    const Time promised = voter.life.promised.at(grant.slot).at;
    Held held{grant.epoch, grant.on_loss, promised + timing.promise_validity()};
    // An older lease of ours goes on to its end, so that nothing is let go in between.
    const auto old = holder.slots.find(grant.slot);
    if (old != holder.slots.end()) held.lease_end = old->second.lease_end;
    holder.slots.insert_or_assign(grant.slot, std::move(held));
    return {GrantRefusal::none, true};
}

std::optional<Renewal> renewal(Holder& holder, const Voter& voter, Time now, const Timing& timing) {
    Renewal round{holder.self, now, holder.voters.hash(), {}, voter.life.nonce};
    for (auto& [slot, held] : holder.slots) {
        if (!may_renew(held, voter, slot, now)) continue;
        if (held.leased && now + timing.lease <= held.lease_end) continue;  // decided at this very moment
        std::erase_if(held.rounds, [&](const auto& old) { return old.first + timing.lease <= now; });
        held.rounds.try_emplace(now);
        round.slots.emplace(slot, held.epoch);
    }
    if (round.slots.empty()) return std::nullopt;
    return round;
}

Slots count(Holder& holder, const Voter& voter, const Support& support, Time now, const Timing& timing) {
    Slots longer;
    if (support.holder != holder.self || support.nonce != voter.life.nonce) return longer;
    for (const auto& [slot, epoch] : support.slots) {
        const auto found = holder.slots.find(slot);
        if (found == holder.slots.end() || found->second.epoch != epoch) continue;
        Held& held = found->second;
        const auto round = held.rounds.find(support.sent);
        if (round == held.rounds.end()) continue;
        round->second.insert(support.voter);
        if (!holder.voters.majority(round->second)) continue;
        const Time end = support.sent + timing.lease;
        if (end <= now || end <= held.lease_end || !may_renew(held, voter, slot, now)) continue;
        held.lease_end = end;
        held.leased = true;
        // Older rounds end earlier.
        held.rounds.erase(held.rounds.begin(), std::next(round));
        longer.insert(slot);
    }
    return longer;
}

Slots lapse(Holder& holder, const Voter& voter, Time now) {
    Slots gone;
    for (auto it = holder.slots.begin(); it != holder.slots.end();) {
        auto& [slot, held] = *it;
        if (held.lease_end && held.lease_end <= now && !keeps(held, voter, slot)) {
            gone.insert(slot);
            held.lease_end.reset();
        }
        const bool over = !held.lease_end && (held.leased || !may_renew(held, voter, slot, now));
        it = over ? holder.slots.erase(it) : std::next(it);
    }
    return gone;
}

std::optional<Time> next_end(const Holder& holder, const Voter& voter) {
    std::optional<Time> next;
    for (const auto& [slot, held] : holder.slots) {
        if (keeps(held, voter, slot)) continue;
        const Time end = held.lease_end.value_or(held.first_lease_by);
        if (!next || end < *next) next = end;
    }
    return next;
}

Relinquished relinquish(Holder& holder, Voter& voter, const Slot& slot) {
    holder.slots.erase(slot);
    SlotRecord& record = voter.record.slots[slot];
    const bool save = record.relinquished < record.accepted;
    record.relinquished = std::max(record.relinquished, record.accepted);
    return {{holder.self, slot, record.relinquished, record.promised}, save};
}

bool resume(Holder& holder, const Voter& voter, const Slot& slot, Duration remaining, Time now, const Timing& timing) {
    // The lifetime was rounded up, and put up to δ after it was computed.
    const Duration left = remaining - timing.kernel.slack() - timing.call;
    return resume_noted(holder, voter, slot, {voter.record.of(slot).accepted, now + left}, now, timing);
}

bool resume_noted(Holder& holder, const Voter& voter, const Slot& slot, const Noted& noted, Time now,
                  const Timing& timing) {
    const SlotRecord record = voter.record.of(slot);
    if (!voter.record.settled || !record.accepted || record.accepted != record.promised) return false;
    if (record.accepted <= record.relinquished || noted.epoch != record.accepted) return false;
    if (noted.lease_end <= now || noted.lease_end > now + timing.lease) return false;
    Held held{record.accepted, timing.on_loss, now, true, noted.lease_end};
    holder.slots.insert_or_assign(slot, std::move(held));
    return true;
}

std::optional<AddressTerm> term(const Holder& holder, const Voter& voter, const Slot& slot, Time now,
                                const Timing& timing) {
    const auto found = holder.slots.find(slot);
    if (found == holder.slots.end()) return std::nullopt;
    const Held& held = found->second;
    if (keeps(held, voter, slot)) return address_term(std::max(*held.lease_end, now + timing.lease), now, timing);
    return held.lease_end ? address_term(*held.lease_end, now, timing) : std::nullopt;
}

}  // namespace mmm::lease
