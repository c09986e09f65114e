#include "core/agent/leases.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/agent/addresses.hpp"
#include "core/agent/holding.hpp"
#include "core/agent/self_regrant.hpp"
#include "core/lease/durable.hpp"
#include "core/lease/record_text.hpp"
#include "core/lease/settings.hpp"

namespace mmm::agent {

namespace {

bool is_dirty(const Leases& leases) {
    return leases.voter.record != leases.saved;
}

/// A round that waited for the disk, with a slot that was given up or granted anew meanwhile.
bool is_outdated(const lease::Holder& holder, const lease::Message& message) {
    const auto* round = std::get_if<lease::Renewal>(&message);
    return round != nullptr && std::any_of(round->slots.begin(), round->slots.end(), [&](const auto& entry) {
               const auto held = holder.slots.find(entry.first);
               return held == holder.slots.end() || held->second.epoch != entry.second;
           });
}

/// What the process before left; nothing, and why, if it can't be used.
std::optional<lease::Record> record_of(Turn& turn, const Started& started) {
    std::string& problem = turn.state.leases.problem;
    problem = started.record_problem;
    if (!problem.empty() || started.record.empty()) return std::nullopt;
    auto stored = lease::parse_record(started.record);
    if (!stored) {
        problem = stored.error().message;
    } else if (stored->owner != turn.state.self) {
        problem = "it is of host '" + stored->owner +
                  "'; if this machine was made from that one, remove the file (state_path)";
    } else {
        return std::move(stored->record);
    }
    return std::nullopt;
}

/// Takes out of the outbox what rests on nothing but what is on the disk; what is over is dropped.
std::vector<SendLease> take_durable(Leases& leases) {
    auto& outbox = leases.outbox;
    std::erase_if(outbox, [&](const SendLease& sent) { return is_outdated(leases.holder, sent.message); });
    const auto waits = std::stable_partition(outbox.begin(), outbox.end(), [&](const SendLease& sent) {
        return lease::is_durable(leases.saved, sent.message);
    });
    std::vector<SendLease> ready(std::make_move_iterator(outbox.begin()), std::make_move_iterator(waits));
    outbox.erase(outbox.begin(), waits);
    return ready;
}

struct Hear {
    Turn& turn;
    const HostName& from;

    /// What isn't in the configuration must not fill the record.
    [[nodiscard]] bool is_known(const Slot& slot) const {
        const config::Role* role = turn.config.role(slot.role);
        return role != nullptr && std::find(role->ips.begin(), role->ips.end(), slot.ip) != role->ips.end();
    }

    void operator()(const lease::PromiseRequest& request) {
        if (!is_known(request.slot) || !turn.config.can_hold(request.target, request.slot.role)) return;
        auto& voter = turn.state.leases.voter;
        // Another host may hold the slot by contact, by the same monitor's word.
        if (request.regrant_of && !turn.state.leases.in_use) return;
        const auto promised = lease::promise(voter, request, turn.now);
        post(turn, from, promised.reply);
    }
    void operator()(const lease::Renewal& renewal) {
        if (renewal.holder != from) return;
        lease::Renewal known = renewal;
        std::erase_if(known.slots, [this](const auto& entry) { return !is_known(entry.first); });
        post(turn, from, lease::support(turn.state.leases.voter, known, turn.now).reply);
    }
    void operator()(const lease::PromiseReply& reply) {
        if (reply.voter == from) hear_promise(turn, reply);
    }
    void operator()(const lease::Support& support) {
        if (support.voter == from) hear_support(turn, support);
    }
    void operator()(const lease::Grant& grant) {
        if (from == lease::kMonitor) take_grant(turn, grant);
    }
};

}  // namespace

bool begin_leases(Turn& turn, const Started& started) {
    Leases& leases = turn.state.leases;
    leases.timing = lease::timing_of(turn.config);
    auto record = record_of(turn, started);
    const lease::Change change = lease::change_of(record, lease::voters_of(turn.config), leases.timing);
    leases.saved = record.value_or(lease::Record{});
    const bool had_one = record.has_value();
    leases.voter =
        lease::start_changed(turn.state.self, change, std::move(record), started.nonce, turn.now, leases.timing);
    leases.holder = lease::Holder{turn.state.self, change.voters, {}};
    if (!change.note.empty()) turn.log(LogLevel::warning, change.note);
    leases.monitor_heard = turn.now;
    // Settled on the disk: nothing is lost, the note says why it is silent all the same.
    if (leases.voter.record.settled || leases.saved.settled) return false;
    // The notes are on another file system than the record; a host that never had a lease has neither.
    const bool lost = !leases.problem.empty() || !started.noted.empty();
    const std::string silent = std::to_string(leases.timing.silence().count()) + " ms";
    if (!leases.problem.empty()) {
        turn.log(LogLevel::error, "the lease record can't be used; this host neither votes nor holds for " + silent,
                 {{"reason", leases.problem}});
    } else {
        turn.log(lost ? LogLevel::error : LogLevel::warning,
                 lost ? "the lease record is gone; this host neither votes nor holds for " + silent
                 : had_one
                     ? "the lease record was begun and not settled; this host neither votes nor holds for " + silent
                     : "there is no lease record yet; this host neither votes nor holds for " + silent);
    }
    leases.problem.clear();
    return lost;
}

void hear_lease(Turn& turn, const HostName& from, const lease::Message& message) {
    std::visit(Hear{turn, from}, message);
}

void end_saving(Turn& turn, const RecordSaved& saved) {
    Leases& leases = turn.state.leases;
    if (!leases.saving) return;
    const lease::Record written = std::move(*std::exchange(leases.saving, std::nullopt));
    if (saved.ok) {
        leases.saved = written;
        if (!leases.problem.empty()) turn.log(LogLevel::info, "the lease record is saved again");
        leases.problem.clear();
        return;
    }
    leases.save_at = turn.now + kSaveAgain;
    // Whoever asked asks again; what is old by the time the disk works would only mislead.
    leases.outbox.clear();
    const std::string problem =
        "the lease record can't be saved, so this host can't promise, vote or take a role: " + saved.problem;
    if (leases.problem != problem) turn.log(LogLevel::error, problem);
    leases.problem = problem;
}

void post(Turn& turn, HostName to, lease::Message message) {
    auto& outbox = turn.state.leases.outbox;
    if (outbox.size() == kMostWaiting) outbox.erase(outbox.begin());
    outbox.push_back(SendLease{std::move(to), std::move(message)});
}

void send_leases(Turn& turn) {
    Leases& leases = turn.state.leases;
    if (lease::settle(leases.voter, turn.now))
        turn.log(LogLevel::info, "the silence after the lost lease record is over; this host votes and may hold");
    for (auto ready = take_durable(leases); !ready.empty(); ready = take_durable(leases)) {
        for (SendLease& sent : ready) {
            if (sent.to == turn.state.self) {
                hear_lease(turn, sent.to, sent.message);
            } else {
                turn.emit(std::move(sent));
            }
        }
    }
    if (!is_dirty(leases) || leases.saving || turn.now < leases.save_at) return;
    lease::note_voters(leases.voter);
    leases.saving = leases.voter.record;
    turn.emit(SaveRecord{lease::record_text({turn.state.self, turn.state.self, leases.voter.record})});
}

bool promised_anything(const State& state) {
    const auto& slots = state.leases.voter.record.slots;
    return std::any_of(slots.begin(), slots.end(), [](const auto& entry) { return bool(entry.second.promised); });
}

bool contact_rules(const State& state) {
    return state.order ? !state.order->leases : state.leases.holder.slots.empty();
}

lease::Report lease_report(const State& state, Time now) {
    const Leases& leases = state.leases;
    lease::Report report;
    report.by_contact = leases.by_contact;
    for (const auto& slot : state.addresses.present) {
        // On its way off, most likely; but no voter knows of it.
        const auto record = leases.voter.record.of(slot);
        if (record.accepted <= record.relinquished) report.by_contact.insert(slot);
    }
    report.voters = leases.voter.voters.hash();
    if (leases.voter.life.silent_until && *leases.voter.life.silent_until > now)
        report.silent_for = *leases.voter.life.silent_until - now;
    for (const auto& [slot, held] : leases.holder.slots) {
        lease::HeldReport& told = report.held[slot];
        told.epoch = held.epoch;
        told.leased = held.leased;
        if (held.lease_end && *held.lease_end > now) told.left = *held.lease_end - now;
        const auto supporters = leases.supporters.find(slot);
        if (supporters == leases.supporters.end()) continue;
        for (const auto& [name, round] : supporters->second) {
            if (now - round <= leases.timing.lease) told.supporters.insert(name);
        }
    }
    for (const auto& [slot, record] : leases.saved.slots) {
        // A release says that the address is gone, and a promise beside it that none of an older epoch can come back.
        const bool is_over = record.accepted <= record.relinquished && !leases.by_contact.contains(slot);
        if (is_over && !leases.holder.slots.contains(slot) && is_gone(state, slot))
            report.released[slot] = {record.relinquished, record.promised};
    }
    for (const auto& [slot, supported] : leases.voter.life.supported)
        report.supported[slot] = {true, supported.epoch, supported.holder, now - supported.at};
    return report;
}

}  // namespace mmm::agent
