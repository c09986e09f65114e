#include "core/lease/voter.hpp"

#include <algorithm>
#include <utility>

namespace mmm::lease {

namespace {

/// What keeps the voter from answering whoever counts by that list, about whatever slot.
Refusal refusal(const Voter& voter, VotersHash list) {
    if (!voter.votes) return Refusal::not_a_voter;
    if (!voter.record.settled) return Refusal::silent;
    if (!voter.voters.accepts(list)) return Refusal::other_voters;
    return Refusal::none;
}

/// Rule 8. A process knows only what it supported itself; what came before may be as young as its start.
SupportReport report(const Voter& voter, const Slot& slot, Time now) {
    const auto last = voter.life.supported.find(slot);
    if (last == voter.life.supported.end()) return {false, {}, {}, now - voter.life.started};
    return {true, last->second.epoch, last->second.holder, now - last->second.at};
}

}  // namespace

Voter start_voter(HostName self, Voters voters, std::optional<Record> saved, Nonce nonce, Time now,
                  const Timing& timing) {
    Voter voter{std::move(self), std::move(voters), true, saved.value_or(Record{}), {}};
    voter.life.nonce = nonce;
    voter.life.started = now;
    if (!voter.record.settled) voter.life.silent_until = now + timing.silence();
    return voter;
}

void silence(Voter& voter, Duration silence, Time now) {
    voter.record.settled = false;
    const Time until = now + silence;
    voter.life.silent_until = std::max(voter.life.silent_until.value_or(until), until);
}

bool settle(Voter& voter, Time now) {
    if (voter.record.settled || now < voter.life.silent_until) return false;
    voter.record.settled = true;
    voter.record.voters = voter.voters;
    voter.life.silent_until.reset();
    return true;
}

Promised promise(Voter& voter, const PromiseRequest& request, Time now) {
    PromiseReply reply{voter.self, request.slot, request.epoch, refusal(voter, request.voters), 0, {}, 0};
    if (reply.refusal != Refusal::none) return {reply, false};
    SlotRecord& record = voter.record.slots[request.slot];
    reply.highest = std::max(record.highest, record.promised.counter);
    // An epoch that has a holder is taken: a proposer that lost its state would use it again (rule 1).
    if (!request.epoch || request.epoch < record.promised || request.epoch <= record.supported) {
        reply.refusal = Refusal::outdated;
    } else if (request.regrant_of && record.supported > request.regrant_of) {
        reply.refusal = Refusal::held_by_other;
    }
    if (reply.refusal != Refusal::none) return {reply, false};

    reply.last = report(voter, request.slot, now);
    reply.nonce = voter.life.nonce;
    const bool save = record.promised != request.epoch;
    record.promised = request.epoch;
    record.highest = std::max(record.highest, request.epoch.counter);
    if (request.target == voter.self) {
        // A repeated request doesn't make the promise younger: the others promised after the first reply (rule 11).
        auto& target = voter.life.promised[request.slot];
        if (target.epoch != request.epoch) target = {request.epoch, now};
    }
    return {reply, save};
}

Supported support(Voter& voter, const Renewal& renewal, Time now) {
    Supported result{{voter.self, renewal.holder, renewal.sent, {}, {}, refusal(voter, renewal.voters), renewal.nonce},
                     false};
    if (result.reply.refusal != Refusal::none) return result;
    for (const auto& [slot, epoch] : renewal.slots) {
        SlotRecord& record = voter.record.slots[slot];
        if (!epoch || epoch < record.promised) {
            result.reply.promised_newer.emplace(slot, record.promised);
            continue;
        }
        // A newer epoch than ours had a majority's promise, or it couldn't be held (rule 4).
        const SlotRecord before = record;
        record.promised = epoch;
        record.supported = std::max(record.supported, epoch);
        record.highest = std::max(record.highest, epoch.counter);
        result.save = result.save || record != before;
        voter.life.supported.insert_or_assign(slot, Life::Supported{epoch, renewal.holder, now});
        result.reply.slots.emplace(slot, epoch);
    }
    return result;
}

}  // namespace mmm::lease
