#include "core/monitor/leases.hpp"

#include <algorithm>

#include "core/lease/record_text.hpp"
#include "core/lease/settings.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/proposals.hpp"

namespace mmm::monitor {
namespace {

bool is_dirty(const LeaseState& own) {
    return own.voter.record != own.saved;
}

/// A monitor that lost its file is another proposer, so it never repeats an epoch (rule 1).
std::string new_proposer(lease::Nonce nonce) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string name = std::string(lease::kMonitor) + "-";
    for (int shift = 28; shift >= 0; shift -= 4) name += kDigits[(nonce >> shift) & 0xf];
    return name;
}

std::optional<lease::StoredRecord> stored_record(const Started& started, std::string& problem) {
    problem = started.record_problem;
    if (!problem.empty() || started.record.empty()) return std::nullopt;
    auto stored = lease::parse_record(started.record);
    if (!stored) {
        problem = stored.error().message;
    } else if (stored->owner != lease::kMonitor) {
        problem = "it is the record of '" + stored->owner +
                  "', not the monitor's; remove the file (status_path + \".lease\")";
    } else {
        return std::move(*stored);
    }
    return std::nullopt;
}

struct Hear {
    const Config& config;
    State& state;
    const HostName& from;
    Time now;

    void operator()(const lease::Renewal& renewal) {
        if (renewal.holder != from) return;
        lease::Renewal known = renewal;
        std::erase_if(known.slots, [this](const auto& entry) { return !state.slots.contains(entry.first); });
        post(state, from, lease::support(state.lease.voter, known, now).reply);
    }
    /// An agent asks for itself alone: it holds the slot and hears no monitor (rule 20).
    void operator()(const lease::PromiseRequest& request) {
        if (request.target != from || !state.slots.contains(request.slot)) return;
        if (!config.can_hold(request.target, request.slot.role)) return;
        post(state, from, lease::promise(state.lease.voter, request, now).reply);
    }
    void operator()(const lease::PromiseReply& reply) {
        if (reply.voter == from) take_reply(state, reply, now);
    }
    void operator()(const lease::Support&) {}
    void operator()(const lease::Grant&) {}
};

/// Is all that the host shows of any slot held by a lease?
bool only_leased(const Config& config, const State& state, const proto::AgentStatus& status) {
    if (!status.lease.by_contact.empty()) return false;
    return std::all_of(state.slots.begin(), state.slots.end(), [&](const auto& entry) {
        const Slot& slot = entry.first;
        const auto held = status.lease.held.find(slot);
        return !may_have(config, status, slot) || (held != status.lease.held.end() && held->second.leased);
    });
}

}  // namespace

void begin_voter(const Config& config, State& state, const Started& started, Time now, Effects& effects) {
    LeaseState& own = state.lease;
    auto stored = stored_record(started, own.record_problem);
    own.proposer = stored ? stored->proposer : new_proposer(started.nonce);
    std::optional<lease::Record> record;
    if (stored) record = std::move(stored->record);
    own.saved = record.value_or(lease::Record{});
    own.timing = lease::timing_of(config);
    const lease::Change change = lease::change_of(record, lease::voters_of(config), own.timing);
    own.voter = lease::start_changed(lease::kMonitor, change, std::move(record), started.nonce, now, own.timing);
    if (!change.note.empty()) effects.push_back(Log{LogLevel::warning, "the monitor's vote: " + change.note, {}});
}

std::string why_silent(const State& state) {
    if (!state.lease.record_problem.empty()) return "its lease record can't be used: " + state.lease.record_problem;
    if (state.lease.saved.settled) return "lease, drift or on_loss changed";
    return "it has no lease record, because this is a first start or the file was lost";
}

void say_silent(const State& state, Time now, Effects& effects) {
    const Duration left = silent_for(state, now);
    if (left == Duration{0}) return;
    effects.push_back(Log{state.lease.record_problem.empty() ? LogLevel::warning : LogLevel::error,
                          "the monitor neither votes nor moves roles for a while",
                          {{"ms", std::to_string(left.count())}, {"reason", why_silent(state)}}});
}

void hear_lease(const Config& config, State& state, const LeaseHeard& heard, Time now) {
    const auto host = state.hosts.find(heard.from);
    if (host == state.hosts.end()) return;
    host->second.heard_by_anyone = now;
    host->second.confirmed_dead = false;
    std::visit(Hear{config, state, heard.from, now}, heard.message);
}

void end_saving(State& state, const RecordSaved& saved, Time now, Effects& effects) {
    LeaseState& own = state.lease;
    if (!own.saving) return;
    lease::Record written = std::move(*own.saving);
    own.saving.reset();
    if (saved.ok) {
        own.saved = std::move(written);
        if (!own.save_problem.empty())
            effects.push_back(Log{LogLevel::info, "the monitor's lease record is saved again", {}});
        own.save_problem.clear();
        return;
    }
    own.save_at = now + kRecordAgain;
    // Whoever asked asks again; what is old by the time the disk works would only mislead.
    own.outbox.clear();
    if (own.save_problem != saved.problem)
        effects.push_back(Log{LogLevel::error,
                              "the monitor's lease record can't be saved; it neither votes nor moves roles until then",
                              {{"reason", saved.problem}}});
    own.save_problem = saved.problem;
}

void post(State& state, HostName to, lease::Message message) {
    // What can't leave soon isn't kept: it is repeated, by us or by who asked.
    if (!state.lease.save_problem.empty() && is_dirty(state.lease)) return;
    state.lease.outbox.emplace_back(std::move(to), std::move(message));
}

void send_leases(State& state, Time now, Effects& effects) {
    LeaseState& own = state.lease;
    if (!own.begun) return;
    if (lease::settle(own.voter, now))
        effects.push_back(Log{LogLevel::info, "the monitor votes and moves roles from now on", {}});
    if (!is_dirty(own)) {
        for (auto& [to, message] : std::exchange(own.outbox, {})) effects.push_back(SendLease{to, std::move(message)});
        return;
    }
    if (own.saving || now < own.save_at) return;
    lease::note_voters(own.voter);
    own.saving = own.voter.record;
    effects.push_back(SaveRecord{lease::record_text({lease::kMonitor, own.proposer, own.voter.record})});
}

void note_by_lease(const Config& config, State& state) {
    for (auto& [name, host] : state.hosts) {
        if (!host.connected || !host.status) continue;
        const bool told = host.order && host.order->leases && host.order_accepted;
        if (!by_leases(state) || !host.status->lease.by_contact.empty()) {
            host.by_lease = false;
        } else if (told && only_leased(config, state, *host.status)) {
            host.by_lease = true;
        }
    }
}

Duration silent_for(const State& state, Time now) {
    const lease::Voter& voter = state.lease.voter;
    if (voter.record.settled || !voter.life.silent_until) return Duration{0};
    return std::max(Duration{0}, *voter.life.silent_until - now);
}

}  // namespace mmm::monitor
