#include "core/monitor/proposals.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/lease/settings.hpp"
#include "core/monitor/canvass.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/hindrance.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/kill.hpp"
#include "core/monitor/leases.hpp"
#include "core/monitor/plan.hpp"

namespace mmm::monitor {
namespace {

/// Requests and grants that aren't answered are repeated after this.
constexpr Duration kAskAgain{500};
/// One slot's turn.
struct Turn {
    const Config& config;
    State& state;
    const Slot& slot;
    SlotRecord& record;
    Time now;
    Effects& effects;

    void log(LogLevel level, std::string message, std::vector<std::pair<std::string, std::string>> more) const {
        std::vector<std::pair<std::string, std::string>> fields{
            {"host", record.holder}, {"role", slot.role}, {"slot", slot.text()}};
        std::move(more.begin(), more.end(), std::back_inserter(fields));
        effects.push_back(Log{level, std::move(message), std::move(fields)});
    }
};

bool shows(const Config& config, const HostRecord& host, const Slot& slot, Time now) {
    return agent_reachable(host, now) && may_have(config, *host.status, slot);
}

/// A lease proves that nobody else has one.
void forget_others(Turn& turn) {
    std::erase_if(turn.record.maybe_held, [&](const HostName& name) {
        const HostRecord& host = turn.state.hosts.at(name);
        return name != turn.record.holder && host.by_lease && !shows(turn.config, host, turn.slot, turn.now);
    });
}

/// What the assigned host says of the slot decides whether it counts as granted.
void note_held(Turn& turn) {
    SlotRecord& record = turn.record;
    auto& attempt = record.attempt;
    if (attempt && attempt->proposal.request.target != record.holder) attempt.reset();
    if (record.holder.empty()) return;
    const HostRecord& holder = turn.state.hosts.at(record.holder);
    if (!agent_reachable(holder, turn.now)) return;
    if (const auto* held = held_by(turn.state, record.holder, turn.slot, turn.now)) {
        if (attempt && held->epoch == attempt->proposal.request.epoch) attempt.reset();
        record.granted_to = record.last_granted = record.holder;
        note_epoch(record, held->epoch.counter);
        record.failed_before = false;
        if (held->leased) forget_others(turn);
        return;
    }
    if (attempt && attempt->granted) {
        const auto& released = holder.status->lease.released;
        const auto spent = released.find(turn.slot);
        if (spent != released.end() && spent->second.relinquished >= attempt->proposal.request.epoch) attempt.reset();
    }
    if (record.granted_to != record.holder) {
        if (found_holding(turn.config, turn.state, turn.slot, record))
            record.granted_to = record.last_granted = record.holder;
    } else if (!attempt && !may_have(turn.config, *holder.status, turn.slot)) {
        record.granted_to.clear();
    }
}

void begin(Turn& turn) {
    State& state = turn.state;
    SlotRecord& record = turn.record;
    if (hindrance(turn.config, state, turn.slot, turn.now).what != Obstacle::none) return;
    lease::Record& own = state.lease.voter.record;
    // Numbers that contact alone gave out are gone on with.
    auto& highest = own.slots[turn.slot].highest;
    highest = std::max(highest, record.epoch);
    const auto epoch = lease::next_epoch(own, turn.slot, state.lease.proposer);
    if (!epoch) return;
    const lease::Voters& voters = state.lease.voter.voters;
    const auto& hosts = turn.config.role(turn.slot.role)->hosts;
    lease::Proposal proposal{{turn.slot, *epoch, record.holder, voters.hash()},
                             voters,
                             turn.state.lease.timing.on_loss,
                             {hosts.begin(), hosts.end()}};
    record.attempt = LeaseAttempt{std::move(proposal), turn.now};
    for (const auto& [name, host] : state.hosts) take_releases(state, name);
    turn.log(record.failed_before ? LogLevel::debug : LogLevel::info, "asking the voters for promises",
             {{"event", "asking"}, {"epoch", epoch->text()}});
}

/// More promises than a majority's add nothing but the time that their voters' last support asks for; but where time
/// proves nothing, who has never held must promise never to.
bool wants_promise_of(const lease::Proposal& proposal, const HostName& name) {
    if (!proposal.quorum_at) return true;
    return proposal.on_loss == lease::OnLoss::hold && proposal.candidates.contains(name);
}

void ask(Turn& turn) {
    LeaseAttempt& attempt = *turn.record.attempt;
    if (attempt.asked && turn.now - *attempt.asked < kAskAgain) return;
    attempt.asked = turn.now;
    lease::Proposal& proposal = attempt.proposal;
    for (const auto& name : lease::to_ask(proposal)) {
        if (!wants_promise_of(proposal, name)) continue;
        if (name == lease::kMonitor) {
            take_reply(turn.state, lease::promise(turn.state.lease.voter, proposal.request, turn.now).reply, turn.now);
        } else if (const auto host = turn.state.hosts.find(name);
                   host != turn.state.hosts.end() && host->second.connected && !host->second.version1) {
            post(turn.state, name, proposal.request);
        }
    }
}

std::string proof_of(const lease::Proposal& proposal, const HostName& host, lease::Proof proof) {
    if (proposal.killed.contains(host)) return "killed";
    if (proof == lease::Proof::waited) return "waited";
    return "released";
}

/// What the grant rests on: the strongest word that was needed.
std::string proof_of(const lease::Proposal& proposal, lease::Proof proof) {
    if (proof == lease::Proof::waited) return "waited";
    return proposal.killed.empty() ? "released" : "killed";
}

/// Whoever may have had it and isn't there to say so is proven not to have it.
void take_off_absent(Turn& turn, lease::Proof proof) {
    for (const auto& name : std::set<HostName>(turn.record.maybe_held)) {
        const HostRecord& host = turn.state.hosts.at(name);
        if (name == turn.record.holder || !host.by_lease || shows(turn.config, host, turn.slot, turn.now)) continue;
        // A machine that only sleeps has a lease that seems to last, to itself: time is no proof against that.
        if (proof == lease::Proof::waited) kill_if_dead(turn.config, turn.state, name, turn.now, turn.effects);
        note_released(turn.record, turn.slot, name, proof_of(turn.record.attempt->proposal, name, proof), "",
                      turn.effects);
    }
}

void send_grant(Turn& turn, lease::Proof proof) {
    SlotRecord& record = turn.record;
    LeaseAttempt& attempt = *record.attempt;
    if (attempt.granted && turn.now - *attempt.granted < kAskAgain) return;
    if (!agent_reachable(turn.state.hosts.at(record.holder), turn.now)) return;
    const bool first = !attempt.granted;
    attempt.granted = turn.now;
    post(turn.state, record.holder, lease::grant(attempt.proposal));
    if (!first) return;
    take_off_absent(turn, proof);
    record.epoch = attempt.proposal.request.epoch.counter;
    record.granted_to = record.last_granted = record.holder;
    record.maybe_held.insert(record.holder);
    turn.log(
        LogLevel::info, "role granted",
        {{"event", "granted"}, {"epoch", std::to_string(record.epoch)}, {"proof", proof_of(attempt.proposal, proof)}});
}

/// Feeds what is known beside the voters' answers.
void take_word_of_operator(Turn& turn) {
    for (const auto& [name, host] : turn.state.hosts) {
        if (host.confirmed_dead) lease::take_kill(turn.record.attempt->proposal, name, turn.now);
    }
}

void say_waiting(Turn& turn, const lease::Verdict& verdict) {
    LeaseAttempt& attempt = *turn.record.attempt;
    if (std::exchange(attempt.waits, true) || turn.record.failed_before) return;
    std::string of;
    for (const auto& name : verdict.maybe_held_by) of += (of.empty() ? "" : ", ") + name;
    const auto left = verdict.until ? std::to_string((*verdict.until - turn.now).count()) : "";
    turn.log(LogLevel::info,
             verdict.until ? "waiting out what may be left of a lease" : "waiting for a release or a kill",
             {{"event", "waiting"}, {"of", verdict.unknown_holder ? "unknown" : of}, {"ms", left}});
}

/// Returns whether the attempt came to nothing and a new one may be begun.
bool advance(Turn& turn) {
    ask(turn);
    LeaseAttempt& attempt = *turn.record.attempt;
    take_word_of_operator(turn);
    const lease::Verdict verdict = lease::judge(attempt.proposal, turn.now, turn.state.lease.timing);
    std::string why;
    switch (verdict.stage) {
        case lease::Stage::asking:
            return false;
        case lease::Stage::waiting:
        case lease::Stage::held:
            say_waiting(turn, verdict);
            return false;
        case lease::Stage::ready:
            if (!attempt.granted && !is_canvassed(turn.config, turn.state, turn.slot, turn.now)) return false;
            send_grant(turn, verdict.proof);
            return false;
        case lease::Stage::outvoted:
            why = "a voter promised something newer";
            break;
        case lease::Stage::expired:
            why = attempt.granted ? "the grant was not taken in time" : "the promises are too old for a grant by now";
            break;
    }
    const bool again = verdict.stage == lease::Stage::expired && std::exchange(turn.record.failed_before, true);
    turn.log(again ? LogLevel::debug : LogLevel::warning, why + "; asking anew",
             {{"epoch", attempt.proposal.request.epoch.text()}});
    turn.record.attempt.reset();
    return true;
}

}  // namespace

void take_reply(State& state, const lease::PromiseReply& reply, Time now) {
    const auto found = state.slots.find(reply.slot);
    if (found == state.slots.end() || !found->second.attempt) return;
    LeaseAttempt& attempt = *found->second.attempt;
    const lease::PromiseRequest& request = attempt.proposal.request;
    if (reply.epoch != request.epoch) return;
    const bool target_new = !attempt.proposal.promises.contains(request.target);
    if (reply.refusal == lease::Refusal::none) {
        attempt.refusals.erase(reply.voter);
    } else {
        attempt.refusals[reply.voter] = reply.refusal;
    }
    if (reply.refusal == lease::Refusal::outdated) lease::learn(state.lease.voter.record, reply);
    lease::take(attempt.proposal, reply, now);
    // The others are asked as soon as the target has promised.
    if (target_new && attempt.proposal.promises.contains(request.target)) attempt.asked.reset();
}

void take_releases(State& state, const HostName& host) {
    const auto& status = state.hosts.at(host).status;
    if (!status) return;
    for (const auto& [slot, released] : status->lease.released) {
        const auto found = state.slots.find(slot);
        if (found == state.slots.end() || !found->second.attempt) continue;
        lease::take(found->second.attempt->proposal,
                    lease::Release{host, slot, released.relinquished, released.promised});
    }
}

void take_kill_of(State& state, const HostName& host, Time started) {
    for (auto& [slot, record] : state.slots) {
        if (record.attempt) lease::take_kill(record.attempt->proposal, host, started);
    }
}

void drop_attempts_for(State& state, const HostName& target) {
    for (auto& [slot, record] : state.slots) {
        if (record.attempt && record.attempt->proposal.request.target == target) record.attempt.reset();
    }
}

bool is_cut_off(const State& state, const HostName& host, Time now) {
    return std::any_of(state.slots.begin(), state.slots.end(), [&](const auto& entry) {
        const SlotRecord& record = entry.second;
        if (!record.attempt || record.holder == host || !record.maybe_held.contains(host)) return false;
        // A kill that begins at the same moment doesn't count (rule 10).
        const auto& quorum = record.attempt->proposal.quorum_at;
        return quorum && now > *quorum;
    });
}

void propose(const Config& config, State& state, bool anew, Time now, Effects& effects) {
    for (auto& [slot, record] : state.slots) {
        Turn turn{config, state, slot, record, now, effects};
        note_held(turn);
        if (record.holder.empty()) continue;
        const bool wanted = anew && !is_settled_on(state, record.holder, slot, now);
        if (!record.attempt && wanted) begin(turn);
        if (record.attempt && advance(turn) && wanted) begin(turn);
    }
}

}  // namespace mmm::monitor
