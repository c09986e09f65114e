#include "core/agent/self_regrant.hpp"

#include <iterator>

#include "core/agent/leases.hpp"
#include "core/lease/regrant.hpp"

namespace mmm::agent {

namespace {

std::set<HostName> candidates_of(const Turn& turn, const Slot& slot) {
    const config::Role* role = turn.config.role(slot.role);
    return role == nullptr ? std::set<HostName>{} : std::set<HostName>(role->hosts.begin(), role->hosts.end());
}

/// A host that was last told to be anything but ONLINE was to lose its roles.
bool is_fit(const State& state) {
    const bool told_fit = state.ordered_state == HostState::online || state.ordered_state == HostState::unknown;
    return told_fit && state.server.server == proto::Server::up;
}

Duration pause(const Turn& turn) {
    const auto place = std::distance(turn.config.hosts.begin(), turn.config.hosts.find(turn.state.self));
    return kRegrantPause * (place + 1);
}

void begin(Turn& turn, const Slot& slot) {
    Leases& leases = turn.state.leases;
    const auto monitor_heard = leases.monitor_heard;
    if (!lease::may_regrant(leases.holder, leases.voter, slot, monitor_heard, turn.now, leases.timing)) return;
    auto proposal = lease::regrant(leases.voter, slot, leases.timing.on_loss, candidates_of(turn, slot));
    if (!proposal) return;
    turn.log(LogLevel::warning, "no monitor is heard and nobody is known to hold the slot; asking the voters for it",
             {{"slot", slot.text()}, {"epoch", proposal->request.epoch.text()}});
    leases.regrants.insert_or_assign(slot, std::move(*proposal));
}

void ask(Turn& turn, const lease::Proposal& proposal) {
    for (const auto& name : lease::to_ask(proposal)) post(turn, name, proposal.request);
}

/// True when nothing more is to be done with it.
bool conclude(Turn& turn, const Slot& slot, const lease::Proposal& proposal) {
    Leases& leases = turn.state.leases;
    switch (lease::judge(proposal, turn.now, leases.timing).stage) {
        case lease::Stage::asking:
        case lease::Stage::waiting:
        case lease::Stage::held:
            return false;
        case lease::Stage::outvoted:
        case lease::Stage::expired:
            break;
        case lease::Stage::ready: {
            const auto accepted =
                lease::accept(leases.holder, leases.voter, lease::grant(proposal), turn.now, leases.timing);
            if (accepted.refusal != lease::GrantRefusal::none) break;
            leases.round_at = turn.now;
            // The monitor that wanted it otherwise is gone.
            if (turn.state.order) turn.state.order->slots[slot] = proposal.request.epoch.counter;
            turn.log(LogLevel::warning, "the voters agree, the slot is this host's again",
                     {{"slot", slot.text()}, {"epoch", proposal.request.epoch.text()}});
            return true;
        }
    }
    leases.regrant_at[slot] = turn.now + pause(turn);
    return true;
}

}  // namespace

void hear_promise(Turn& turn, const lease::PromiseReply& reply) {
    Leases& leases = turn.state.leases;
    const auto found = leases.regrants.find(reply.slot);
    if (found == leases.regrants.end()) return;
    const bool target_new = found->second.promises.empty();
    if (reply.refusal == lease::Refusal::outdated) lease::learn(leases.voter.record, reply);
    lease::take(found->second, reply, turn.now);
    // The others are asked as soon as this host's own promise stands.
    if (target_new && !found->second.promises.empty()) leases.ask_at = turn.now;
}

void regrant_slots(Turn& turn) {
    State& state = turn.state;
    Leases& leases = state.leases;
    const bool governs = !state.order || state.order->leases;
    if (!governs || state.contact.link_open || !is_fit(state)) {
        leases.regrants.clear();
        return;
    }
    for (const auto& slot : turn.config.slots_of(state.self)) {
        if (!leases.regrants.contains(slot) && turn.now >= leases.regrant_at[slot]) begin(turn, slot);
    }
    std::erase_if(leases.regrants, [&](const auto& entry) { return conclude(turn, entry.first, entry.second); });
    if (leases.regrants.empty() || turn.now < leases.ask_at) return;
    leases.ask_at = turn.now + kAskAgain;
    for (const auto& [slot, proposal] : leases.regrants) ask(turn, proposal);
}

}  // namespace mmm::agent
