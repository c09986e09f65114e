#include "tests/sim/lease_ledger.hpp"

#include <algorithm>

namespace mmm::sim {
namespace {

/// Epochs of a slot that are kept: older ones are long over.
constexpr std::size_t kMostKept = 6;

}  // namespace

/// Is the lease prolonged, or begun, by this round? True if it begins.
bool LeaseLedger::judge(Lease& lease, lease::Nonce nonce, Time sent, Time now) {
    const auto round = lease.rounds.find({nonce, sent});
    if (round == lease.rounds.end()) return false;
    std::set<HostName> votes = round->second;
    if (lease.own_vote && *lease.own_vote >= sent) votes.insert(lease.holder);
    if (!voters_.majority(votes)) return false;
    const Time end = sent + timing_.lease;
    const bool revives = lease.taken && now >= lease.end && timing_.on_loss == lease::OnLoss::demote;
    if (end <= now || revives || lease.over) return false;
    const bool begins = !lease.begun;
    lease.begun = true;
    lease.end = std::max(lease.end, end);
    return begins;
}

Slots LeaseLedger::support(const lease::Support& support, Time now) {
    Slots begun;
    for (const auto& [slot, epoch] : support.slots) {
        Leases& leases = slots_[slot];
        Lease& lease = leases[epoch];
        lease.holder = support.holder;
        lease.rounds[{support.nonce, support.sent}].insert(support.voter);
        std::erase_if(lease.rounds, [&](const auto& round) { return round.first.second + timing_.lease < now; });
        if (judge(lease, support.nonce, support.sent, now)) begun.insert(slot);
        if (leases.size() > kMostKept) leases.erase(leases.begin());
    }
    return begun;
}

Slots LeaseLedger::support_own(const HostName& holder, const Slot& slot, const lease::Epoch& epoch, Time at, Time now) {
    Lease& lease = slots_[slot][epoch];
    lease.holder = holder;
    if (lease.own_vote == at) return {};
    lease.own_vote = at;
    bool begins = false;
    for (const auto& [round, votes] : lease.rounds) begins = judge(lease, round.first, round.second, now) || begins;
    return begins ? Slots{slot} : Slots{};
}

void LeaseLedger::take(const HostName& holder, const Slot& slot, const lease::Epoch& epoch) {
    const auto found = slots_[slot].find(epoch);
    if (found != slots_[slot].end() && found->second.holder == holder) found->second.taken = true;
}

void LeaseLedger::forget(const HostName& host) {
    for (auto& [slot, leases] : slots_) {
        for (auto& [epoch, lease] : leases) lease.over = lease.over || lease.holder == host;
    }
}

const LeaseLedger::Leases& LeaseLedger::of(const Slot& slot) const {
    static const Leases kNone;
    const auto found = slots_.find(slot);
    return found == slots_.end() ? kNone : found->second;
}

bool LeaseLedger::may_be_on(const HostName& host, const Slot& slot, Time now, Duration slack) const {
    const Leases& leases = of(slot);
    return std::any_of(leases.begin(), leases.end(), [&](const auto& entry) {
        const Lease& lease = entry.second;
        if (lease.holder != host || !lease.begun || lease.over) return false;
        return timing_.on_loss == lease::OnLoss::hold || now < lease.end + slack;
    });
}

bool LeaseLedger::ever_had(const HostName& host, const Slot& slot) const {
    const Leases& leases = of(slot);
    return std::any_of(leases.begin(), leases.end(),
                       [&](const auto& entry) { return entry.second.begun && entry.second.holder == host; });
}

std::string LeaseLedger::last_end(const HostName& host, const Slot& slot, Time now) const {
    std::string text = "no lease at all";
    for (const auto& [epoch, lease] : of(slot)) {
        if (lease.holder != host || !lease.begun) continue;
        text = "its lease " + epoch.text() + " ended " + std::to_string((now - lease.end).count()) + " ms ago";
    }
    return text;
}

}  // namespace mmm::sim
