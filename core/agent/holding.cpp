#include "core/agent/holding.hpp"

#include <algorithm>

#include "core/agent/addresses.hpp"
#include "core/agent/contact.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/writer.hpp"

namespace mmm::agent {

namespace {

const lease::Held* find(const State& state, const Slot& slot) {
    const auto found = state.leases.holder.slots.find(slot);
    return found == state.leases.holder.slots.end() ? nullptr : &found->second;
}

/// The end of its lease. With on_loss = "hold" there is none in sight.
std::optional<Time> lease_end(const State& state, const lease::Held& held, const Slot& slot, Time now) {
    if (!held.lease_end) return std::nullopt;
    const bool newer = state.leases.voter.record.of(slot).promised > held.epoch;
    if (held.on_loss == lease::OnLoss::hold && held.leased && !newer)
        return std::max(*held.lease_end, now + state.leases.timing.lease);
    return held.lease_end;
}

std::string why(lease::GrantRefusal refusal) {
    switch (refusal) {
        case lease::GrantRefusal::none:
            break;
        case lease::GrantRefusal::not_for_us:
            return "it is for another host";
        case lease::GrantRefusal::silent:
            return "this host lost its lease record and keeps silent";
        case lease::GrantRefusal::other_voters:
            return "the monitor has another list of voters, lease or drift; compare the configurations";
        case lease::GrantRefusal::other_process:
            return "an agent that has ended promised for it";
        case lease::GrantRefusal::not_promised:
            return "this host never promised it, or something newer since";
        case lease::GrantRefusal::too_late:
            return "it came too late after the promise";
        case lease::GrantRefusal::spent:
            return "its epoch was used already";
    }
    return "";
}

/// Without a monitor's link nobody else takes the writer off a host whose mysqld is gone.
bool serves_nobody(Turn& turn, const Slot& slot) {
    State& state = turn.state;
    if (!turn.config.is_writer_slot(slot)) return false;
    auto& since = state.leases.server_gone_since;
    if (state.server.server != proto::Server::down) {
        since.reset();
    } else if (!since) {
        since = turn.now;
    }
    return since && !state.contact.link_open && turn.now - *since >= kServesNobody;
}

void note_losing(Turn& turn, const Slot& slot, const lease::Held& held) {
    auto& losing = turn.state.leases.losing;
    // Also of an older epoch, while the newer one finds no support yet.
    const auto end = lease_end(turn.state, held, slot, turn.now);
    if (!end) return;
    const Duration left = *end - turn.now;
    // Right after a stall the voters weren't asked: their answers to the first round are waited for.
    const bool asks_first = turn.now < turn.state.contact.deaf_until && left > 2 * kLastMoment;
    if (left > std::min(kLeaveEarly, turn.state.leases.timing.lease / 4)) {
        losing.erase(slot);
    } else if (asks_first) {
        return;
    } else if (losing.insert(slot).second) {
        turn.log(LogLevel::warning, "no majority of the voters supports this host any more; letting go",
                 {{"slot", slot.text()}, {"epoch", held.epoch.text()}});
    }
}

bool is_ordered(const State& state, const Slot& slot) {
    return !state.order || state.order->slots.contains(slot);
}

void renew(Turn& turn) {
    Leases& leases = turn.state.leases;
    if (leases.holder.slots.empty() || turn.now < leases.round_at) return;
    // Twice the period means that a round or two were lost: then each step is a round.
    const bool late = std::any_of(leases.holder.slots.begin(), leases.holder.slots.end(), [&](const auto& entry) {
        const auto& [slot, held] = entry;
        if (leases.voter.record.of(slot).promised > held.epoch) return false;  // nobody is to be asked any more
        const auto& end = held.lease_end;
        return !end || *end - turn.now < leases.timing.lease - 3 * leases.timing.renew_every;
    });
    const auto round = lease::renewal(leases.holder, leases.voter, turn.now, leases.timing);
    if (!round) return;
    leases.round_at = turn.now + (late ? leases.timing.renew_every / 3 : leases.timing.renew_every);
    // A slot whose grant isn't on the disk yet must not hold up the others.
    lease::Renewal fresh = *round;
    lease::Renewal known = *round;
    std::erase_if(fresh.slots,
                  [&](const auto& entry) { return leases.saved.of(entry.first).accepted == entry.second; });
    std::erase_if(known.slots, [&](const auto& entry) { return fresh.slots.contains(entry.first); });
    for (const auto& part : {known, fresh}) {
        if (part.slots.empty()) continue;
        for (const auto& voter : leases.voter.voters.all()) post(turn, voter, part);
    }
}

}  // namespace

Slots resume_leases(Turn& turn, const Started& started) {
    Leases& leases = turn.state.leases;
    Slots resumed;
    const Slots allowed = turn.config.slots_of(turn.state.self);
    for (const auto& [slot, noted] : started.noted) {
        if (!started.present.contains(slot) || !allowed.contains(slot)) continue;
        if (!lease::resume_noted(leases.holder, leases.voter, slot, noted, turn.now, leases.timing)) continue;
        resumed.insert(slot);
        turn.log(LogLevel::info, "going on with the lease of the process before",
                 {{"slot", slot.text()},
                  {"epoch", noted.epoch.text()},
                  {"left_ms", std::to_string((noted.lease_end - turn.now).count())}});
    }
    return resumed;
}

void end_leases(Turn& turn) {
    State& state = turn.state;
    for (const auto& slot : lease::lapse(state.leases.holder, state.leases.voter, turn.now)) {
        state.granted.erase(slot);
        state.leases.supporters.erase(slot);
        state.leases.losing.erase(slot);
        if (state.writer.slot == slot) leave_at_once(turn);
        const bool may_be_on = state.addresses.present.contains(slot) || state.addresses.held.contains(slot);
        if (may_be_on && !state.addresses.removing.contains(slot)) remove_address(turn, slot);
        turn.log(LogLevel::warning, "the lease is over, nobody supported it in time", {{"slot", slot.text()}});
    }
}

void take_grant(Turn& turn, const lease::Grant& grant) {
    Leases& leases = turn.state.leases;
    if (const lease::Held* held = find(turn.state, grant.slot); held != nullptr && held->epoch == grant.epoch) return;
    if (!turn.config.slots_of(turn.state.self).contains(grant.slot)) return;
    // It would be given up at once, and its epoch with it. The monitor repeats it after the order that it belongs to.
    const auto& order = turn.state.order;
    if (order && (!order->leases || !order->slots.contains(grant.slot))) return;
    const auto accepted = lease::accept(leases.holder, leases.voter, grant, turn.now, leases.timing);
    if (accepted.refusal != lease::GrantRefusal::none) {
        turn.log(LogLevel::warning, "a grant was refused",
                 {{"slot", grant.slot.text()}, {"epoch", grant.epoch.text()}, {"reason", why(accepted.refusal)}});
        return;
    }
    leases.round_at = turn.now;
    turn.log(LogLevel::info, "granted; asking the voters for the lease",
             {{"slot", grant.slot.text()}, {"epoch", grant.epoch.text()}});
}

void hear_support(Turn& turn, const lease::Support& support) {
    Leases& leases = turn.state.leases;
    if (support.nonce != leases.voter.life.nonce) return;
    for (const auto& [slot, epoch] : support.slots) {
        const lease::Held* held = find(turn.state, slot);
        if (held == nullptr || held->epoch != epoch) continue;
        Time& round = leases.supporters[slot][support.voter];
        round = std::max(round, support.sent);
    }
    std::map<Slot, bool> leased;
    for (const auto& [slot, held] : leases.holder.slots) leased[slot] = held.leased;
    const Slots longer = lease::count(leases.holder, leases.voter, support, turn.now, leases.timing);
    if (longer.empty()) return;
    for (const auto& slot : longer) {
        if (leased[slot]) continue;
        // From now on this alone counts.
        leases.by_contact.erase(slot);
        turn.log(LogLevel::info, "the lease begins",
                 {{"slot", slot.text()}, {"epoch", leases.holder.slots.at(slot).epoch.text()}});
    }
    NoteLeases note;
    for (const auto& [slot, held] : leases.holder.slots) {
        if (held.leased && held.lease_end) note.noted[slot] = {held.epoch, *held.lease_end};
    }
    turn.emit(std::move(note));
}

void hold_by_leases(Turn& turn) {
    State& state = turn.state;
    if (state.order && !state.order->leases) return;
    Leases& leases = state.leases;
    std::map<Slot, Epoch> granted;
    std::erase_if(leases.by_contact, [&](const Slot& slot) { return !is_ordered(state, slot); });
    for (const auto& slot : leases.by_contact) granted[slot] = 0;
    for (const auto& [slot, held] : leases.holder.slots) {
        note_losing(turn, slot, held);
        const bool served = is_ordered(state, slot) && !serves_nobody(turn, slot);
        if (served && !(leases.losing.contains(slot) && turn.config.is_writer_slot(slot)))
            granted[slot] = held.epoch.counter;
    }
    state.granted = std::move(granted);
    if (state.writer.step != WriterStep::none && find(state, state.writer.slot) != nullptr) {
        const auto end = held_until(state, state.writer.slot, turn.now);
        if (end && *end - turn.now <= kLastMoment) leave_at_once(turn);
    }
    renew(turn);
}

void relinquish_leases(Turn& turn) {
    State& state = turn.state;
    Leases& leases = state.leases;
    for (const auto& [slot, record] : lease::Record(leases.voter.record).slots) {
        if (record.accepted <= record.relinquished || state.granted.contains(slot)) continue;
        // One that is only short of support may have it again, and goes on then.
        const bool is_lost = find(state, slot) == nullptr || !is_ordered(state, slot);
        if (!is_lost && leases.losing.contains(slot)) continue;
        const bool is_writer = state.writer.step != WriterStep::none && state.writer.slot == slot;
        if (is_writer || !is_gone(state, slot)) continue;
        (void)lease::relinquish(leases.holder, leases.voter, slot);
        leases.supporters.erase(slot);
    }
}

void forget_leases(Turn& turn) {
    Leases& leases = turn.state.leases;
    // A restart takes what is on for held by contact, then.
    for (const auto& [slot, record] : lease::Record(leases.voter.record).slots)
        if (record.accepted > record.relinquished) (void)lease::relinquish(leases.holder, leases.voter, slot);
    // From here on another host may hold by contact, which no voter knows of: nothing is regranted by what once was.
    for (auto& [slot, record] : leases.voter.record.slots) record.accepted = {};
    leases.in_use = false;
    leases.holder.slots.clear();
    leases.supporters.clear();
    leases.losing.clear();
    leases.regrants.clear();
    leases.by_contact.clear();
}

bool is_by_contact(const State& state, const Slot& slot) {
    return contact_rules(state) || state.leases.by_contact.contains(slot);
}

bool may_serve(const State& state, const Slot& slot, Time now) {
    const auto end = held_until(state, slot, now);
    return end && *end > now;
}

std::optional<Time> held_until(const State& state, const Slot& slot, Time now) {
    if (is_by_contact(state, slot)) return state.contact.hold_until;
    const lease::Held* held = find(state, slot);
    return held == nullptr ? std::nullopt : lease_end(state, *held, slot, now);
}

std::optional<PutAddress> address_of(const State& state, const Slot& slot, Time now) {
    if (is_by_contact(state, slot)) {
        // A lease may begin at any moment and end before contact would: the address must not outlast the wait for it.
        const auto left = lifetime(std::min(state.contact.hold_until, now + state.leases.timing.lease), now);
        if (!left) return std::nullopt;
        return PutAddress{slot, lasts_by_echo(state) ? kVersion1Lifetime : *left};
    }
    const auto& leases = state.leases;
    const auto until = held_until(state, slot, now);
    if (!until || *until - now <= kLastMoment) return std::nullopt;
    const auto term = lease::term(leases.holder, leases.voter, slot, now, leases.timing);
    if (!term) return std::nullopt;
    return PutAddress{slot, std::chrono::ceil<std::chrono::seconds>(term->lifetime), term->kill_at};
}

bool is_losing(const State& state, const Slot& slot) {
    return state.leases.losing.contains(slot);
}

}  // namespace mmm::agent
