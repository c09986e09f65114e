#include "core/agent/addresses.hpp"

#include <map>

#include "core/agent/contact.hpp"
#include "core/agent/holding.hpp"
#include "core/agent/leases.hpp"
#include "core/agent/writer.hpp"

namespace mmm::agent {

namespace {

std::map<Slot, Claim> claims(const Turn& turn) {
    const State& state = turn.state;
    std::map<Slot, Claim> claimed;
    const auto claim = [&](const Slot& slot) {
        if (!is_by_contact(state, slot)) {
            if (address_of(state, slot, turn.now)) claimed[slot] = Claim::put;
        } else {
            // An order replaces all that was granted before, so without one everything granted was adopted.
            claimed[slot] = state.order ? Claim::put : Claim::renew;
        }
    };
    for (const auto& [slot, epoch] : state.granted) {
        if (!turn.config.is_writer_slot(slot)) claim(slot);
    }
    switch (state.writer.step) {
        case WriterStep::none:
        case WriterStep::close:
            break;
        case WriterStep::adopted:
            claimed[state.writer.slot] = Claim::renew;
            break;
        case WriterStep::open:
        case WriterStep::hold:
        case WriterStep::freeze:
        case WriterStep::frozen:
            claim(state.writer.slot);
            break;
        case WriterStep::drain:
        case WriterStep::give_up:
        case WriterStep::make_writable:
        case WriterStep::make_read_only:
        case WriterStep::end_blockers:
        case WriterStep::end_clients:
            claimed[state.writer.slot] = Claim::keep;
            break;
    }
    return claimed;
}

void put(Turn& turn, const Slot& slot, Held& held) {
    const auto address = address_of(turn.state, slot, turn.now);
    if (!address) return;
    held.put_at = turn.now;
    held.put_until = held_until(turn.state, slot, turn.now).value_or(turn.now);
    turn.emit(*address);
}

void announce_when_due(Turn& turn, const Slot& slot, Held& held) {
    if (!held.seen || !held.announceable || turn.now < held.announce_at) return;
    turn.emit(Announce{slot});
    held.announce_at = turn.now + (held.announced ? kAnnouncePeriod : kSecondAnnouncement);
    held.announced = true;
}

void keep(Turn& turn, const Slot& slot, Claim claim) {
    Addresses& addresses = turn.state.addresses;
    const bool removing = addresses.removing.erase(slot) > 0;
    const bool present = addresses.present.contains(slot) && !removing;
    if (claim == Claim::keep || (claim == Claim::renew && !present)) return;
    const auto [entry, is_new] = addresses.held.try_emplace(slot);
    Held& held = entry->second;
    if (is_new) {
        held.seen = present;
        // Sockets of an earlier holding must not come back to life with the writer's address.
        if (!present && turn.config.is_writer_slot(slot)) turn.emit(RemoveAddress{slot});
        put(turn, slot, held);
    } else if (turn.now >= held.put_at + kAddressPeriod) {
        const bool longer = held.put_until != held_until(turn.state, slot, turn.now);
        if (longer || !held.seen) put(turn, slot, held);
    }
    announce_when_due(turn, slot, held);
}

void lose(Turn& turn, const Slot& slot, Claim claim) {
    Addresses& addresses = turn.state.addresses;
    switch (claim) {
        case Claim::put:
            turn.log(LogLevel::warning, "an address was removed by somebody; put back", {{"slot", slot.text()}});
            put(turn, slot, addresses.held[slot]);
            break;
        case Claim::renew:
            // Whoever removed it, the kernel at its lifetime's end for one: another host may hold it by now.
            turn.log(LogLevel::warning, "an address taken over at the start is gone; given up",
                     {{"slot", slot.text()}});
            addresses.held.erase(slot);
            // Under contact rules an order that names it has granted it since: then it is put anew.
            if (!turn.state.order || turn.state.order->leases || !turn.state.order->slots.contains(slot))
                turn.state.granted.erase(slot);
            turn.state.leases.by_contact.erase(slot);
            if (turn.config.is_writer_slot(slot)) leave_at_once(turn);
            break;
        case Claim::keep:
            addresses.held.erase(slot);
            break;
    }
}

void forget_mended_problems(Turn& turn) {
    Addresses& addresses = turn.state.addresses;
    std::erase_if(addresses.problems, [&](const auto& entry) {
        const bool wanted = addresses.held.contains(entry.first);
        const bool present = addresses.present.contains(entry.first);
        // Not at once: a renewal that fails each time would make the problem come and go.
        return wanted == present && turn.now >= entry.second.at + 2 * kAddressPeriod;
    });
}

}  // namespace

std::optional<std::chrono::seconds> lifetime(Time hold_until, Time now) {
    if (hold_until <= now) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(hold_until - now) + std::chrono::seconds{1};
}

void adopt_addresses(Turn& turn, const Slots& present) {
    Addresses& addresses = turn.state.addresses;
    addresses.present = present;
    for (const auto& [slot, epoch] : turn.state.granted) {
        Held held;
        held.put_at = turn.now;
        // The grace of the start is no contact: the first renewal takes one.
        held.put_until = held_until(turn.state, slot, turn.now).value_or(turn.now);
        held.seen = true;
        held.announceable = false;
        addresses.held[slot] = held;
    }
}

void see_addresses(Turn& turn, const Slots& present) {
    Addresses& addresses = turn.state.addresses;
    addresses.present = present;
    std::erase_if(addresses.removing, [&](const auto& entry) { return !present.contains(entry.first); });
    const auto claimed = claims(turn);
    Slots lost;
    for (auto& [slot, held] : addresses.held) {
        const bool there = present.contains(slot);
        if (there == held.seen) continue;
        held.seen = there;
        held.announce_at = turn.now;
        held.announced = false;
        if (!there) lost.insert(slot);
    }
    for (const auto& slot : lost) {
        const auto claim = claimed.find(slot);
        if (claim != claimed.end()) lose(turn, slot, claim->second);
    }
}

void fail_address(Turn& turn, const Slot& slot, const Error& error) {
    Addresses& addresses = turn.state.addresses;
    const auto held = addresses.held.find(slot);
    const std::string doing =
        held == addresses.held.end() ? "can't remove the address of " : "can't put the address of ";
    if (held != addresses.held.end()) held->second.put_until = Time{};
    const std::string text = doing + slot.text() + ": " + error.message;
    if (!addresses.problems.contains(slot)) turn.log(LogLevel::error, text + "; tried again");
    addresses.problems[slot] = AddressProblem{turn.now, text};
}

void remove_address(Turn& turn, const Slot& slot) {
    turn.state.addresses.held.erase(slot);
    turn.state.addresses.removing[slot] = turn.now;
    turn.emit(RemoveAddress{slot});
}

bool is_gone(const State& state, const Slot& slot) {
    return !state.addresses.present.contains(slot) && !state.addresses.removing.contains(slot);
}

void announce_again(Turn& turn) {
    for (auto& [slot, held] : turn.state.addresses.held) {
        held.announceable = true;
        held.announce_at = turn.now;
        held.announced = false;
    }
}

void keep_addresses(Turn& turn) {
    Addresses& addresses = turn.state.addresses;
    const auto claimed = claims(turn);
    std::erase_if(addresses.held, [&](const auto& entry) { return !claimed.contains(entry.first); });

    Slots unwanted = addresses.present;
    for (const auto& [slot, asked_at] : addresses.removing) unwanted.insert(slot);
    for (const auto& slot : unwanted) {
        if (claimed.contains(slot)) continue;
        const auto asked = addresses.removing.find(slot);
        if (asked == addresses.removing.end() || turn.now >= asked->second + kAddressPeriod) remove_address(turn, slot);
    }
    for (const auto& [slot, claim] : claimed) keep(turn, slot, claim);
    forget_mended_problems(turn);
}

}  // namespace mmm::agent
