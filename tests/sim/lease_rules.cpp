#include "tests/sim/lease_rules.hpp"

#include <algorithm>

#include "core/agent/contact.hpp"
#include "core/agent/holding.hpp"
#include "core/lease/settings.hpp"
#include "tests/sim/world.hpp"

namespace mmm::sim {
namespace {

/// Clocks show whole milliseconds.
constexpr Duration kReading{1};

}  // namespace

LeaseRules::LeaseRules(World& world)
    : world_(world), timing_(lease::timing_of(world.config)), ledger_(timing_, lease::voters_of(world.config)) {
    Node node = 0;
    for (const auto& [name, host] : world.config.hosts) slots_.at(node++) = world.config.slots_of(name);
}

const SimHost* LeaseRules::find(const HostName& name) const {
    const auto found =
        std::find_if(world_.hosts.begin(), world_.hosts.end(), [&](const auto& host) { return host->name == name; });
    return found == world_.hosts.end() ? nullptr : found->get();
}

bool LeaseRules::by_contact(const SimHost& host, const Slot& slot) {
    return agent::is_by_contact(host.agent.state(), slot);
}

void LeaseRules::look() {
    for (const auto& host : world_.hosts) {
        for (const auto& [slot, until] : host->kernel.addresses()) held_by_lease(*host, slot);
    }
}

void LeaseRules::held_by_lease(const SimHost& host, const Slot& slot) {
    const bool acts = host.agent.runs() && !host.agent.frozen();
    // Before everybody had leases once, nobody but the running core itself knows what is held by contact.
    if (!world_.leases_only && (!acts || by_contact(host, slot) || !ledger_.ever_had(host.name, slot))) return;
    const Time now = host.agent.time();
    Duration slack = timing_.kernel.slack() + timing_.call + 2 * kReading;
    // What it does now it does by the clock as it was read a moment ago.
    if (acts) slack = kReading + (host.agent.busy() ? timing_.call : Duration{0});
    if (ledger_.may_be_on(host.name, slot, now, slack)) return;
    world_.invariants.broken("(2) held by a live majority lease",
                             slot.text() + " is on " + host.name + ", " + ledger_.last_end(host.name, slot, now));
}

/// A slot's lease begins: from now on its holder may put the address.
void LeaseRules::begin(const HostName& holder, const Slot& slot, const lease::Epoch& epoch) {
    world_.ground.note("world", [&] { return holder + " has the lease " + slot.text() + "@" + epoch.text(); });
    lease::Epoch& newest = begun_[slot];
    if (epoch <= newest && !record_lost_) {
        world_.invariants.broken("(7) epochs never go back",
                                 slot.text() + "@" + epoch.text() + " after " + newest.text());
    }
    newest = std::max(newest, epoch);
    one_owner(holder, slot, epoch);
    for (const auto& host : world_.hosts) {
        if (host->name != holder) taken_over_by_proof(*host, holder, slot, epoch);
    }
}

void LeaseRules::taken_over_by_proof(const SimHost& from, const HostName& to, const Slot& slot,
                                     const lease::Epoch& epoch) {
    const auto broken = [&](const std::string& why) {
        world_.invariants.broken("(2) taken over by a proof",
                                 slot.text() + "@" + epoch.text() + " begins on " + to + " while " + why);
    };
    if (from.kernel.has(slot)) return broken(from.name + " has its address");
    const bool acts = from.agent.runs() && !from.agent.frozen();
    if (acts && by_contact(from, slot) && world_.invariants.may_hold(from, slot))
        return broken(from.name + " holds it by contact");
    const Time now = from.agent.time();
    const auto released = released_.find({from.name, slot});
    for (const auto& [older, lease] : ledger_.of(slot)) {
        if (lease.holder != from.name || !lease.begun || lease.over) continue;
        if (released != released_.end() && released->second >= older) continue;
        const bool waits = timing_.on_loss == lease::OnLoss::demote;
        if (waits && now + kReading >= lease.end + timing_.kernel.slack() + timing_.call) continue;
        broken(from.name + " hasn't released " + older.text() + ", which ends in " +
               std::to_string((lease.end - now).count()) + " ms");
    }
}

void LeaseRules::one_owner(const HostName& host, const Slot& slot, const lease::Epoch& epoch) {
    const auto [owner, is_new] = owners_.try_emplace({slot, epoch}, host);
    if (!is_new && owner->second != host) {
        world_.invariants.broken("(7) one epoch, one host",
                                 slot.text() + "@" + epoch.text() + " for " + owner->second + " and " + host);
    }
}

void LeaseRules::count(const lease::Support& support) {
    const SimHost* holder = find(support.holder);
    if (holder == nullptr || support.slots.empty()) return;
    // Asked for before the host lost power: whoever asked is gone, with its clock.
    if (!world_.ground.network.powered[holder->node] || support.sent > holder->agent.time()) return;
    for (const auto& slot : ledger_.support(support, holder->agent.time()))
        begin(support.holder, slot, support.slots.at(slot));
}

/// Whatever leaves a program is on its disk before.
void LeaseRules::saved_first(const std::string& who, const lease::Message& message, const lease::Record& stored) {
    const auto broken = [&](const Slot& slot, const std::string& what) {
        world_.invariants.broken("(7) records are saved before they are used", who + " " + what + " " + slot.text());
    };
    if (const auto* request = std::get_if<lease::PromiseRequest>(&message)) {
        if (stored.of(request->slot).highest < request->epoch.counter) broken(request->slot, "proposes");
    } else if (const auto* reply = std::get_if<lease::PromiseReply>(&message)) {
        const bool promised = reply->refusal == lease::Refusal::none;
        if (promised && stored.of(reply->slot).promised < reply->epoch) broken(reply->slot, "promises");
    } else if (const auto* support = std::get_if<lease::Support>(&message)) {
        for (const auto& [slot, epoch] : support->slots) {
            if (stored.of(slot).promised < epoch || stored.of(slot).supported < epoch) broken(slot, "supports");
        }
    } else if (const auto* renewal = std::get_if<lease::Renewal>(&message)) {
        for (const auto& [slot, epoch] : renewal->slots) {
            if (stored.of(slot).accepted < epoch) broken(slot, "renews");
        }
    }
}

void LeaseRules::agent_sent(Node node, const HostName&, const lease::Message& message) {
    const SimHost& host = world_.host(node);
    saved_first(host.name, message, host.agent.stored());
    if (const auto* support = std::get_if<lease::Support>(&message)) count(*support);
}

void LeaseRules::monitor_sent(const HostName&, const lease::Message& message, const lease::Record& stored) {
    saved_first("the monitor", message, stored);
    if (const auto* support = std::get_if<lease::Support>(&message)) count(*support);
    if (const auto* grant = std::get_if<lease::Grant>(&message)) one_owner(grant->target, grant->slot, grant->epoch);
}

void LeaseRules::agent_reported(Node node, const lease::Report& report) {
    const SimHost& host = world_.host(node);
    for (const auto& [slot, released] : report.released) {
        if (host.kernel.has(slot))
            world_.invariants.broken("(2) released means gone", slot.text() + " is on " + host.name);
        if (host.agent.stored().of(slot).relinquished < released.relinquished)
            world_.invariants.broken("(7) records are saved before they are used",
                                     host.name + " releases " + slot.text());
        lease::Epoch& known = released_[{host.name, slot}];
        known = std::max(known, released.relinquished);
    }
}

void LeaseRules::agent_stepped(Node node) {
    const SimHost& host = world_.host(node);
    if (!host.agent.leases) return;
    for (const auto& [slot, own] : host.agent.state().leases.voter.life.supported) {
        if (own.holder != host.name) continue;
        for (const auto& begun : ledger_.support_own(host.name, slot, own.epoch, own.at, host.agent.time()))
            begin(host.name, begun, own.epoch);
    }
    pass_points(node);
}

/// Tells the steering of what the core did. It may end the program.
void LeaseRules::pass_points(Node node) {
    std::set<Point> points;
    const auto& held = world_.host(node).agent.state().leases.holder.slots;
    for (const auto& slot : slots_.at(node)) {
        auto& [epoch, leased] = asked_[{node, slot}];
        const auto found = held.find(slot);
        if (found == held.end()) {
            if (std::exchange(epoch, {})) points.insert(Point::released);
            leased = false;
            continue;
        }
        if (std::exchange(epoch, found->second.epoch) != found->second.epoch) points.insert(Point::accepted);
        if (!std::exchange(leased, found->second.leased) && leased) {
            points.insert(Point::leased);
            ledger_.take(world_.host(node).name, slot, epoch);
        }
    }
    for (const Point point : points) world_.ground.passing(point, node);
}

void LeaseRules::power_lost(Node node) {
    ledger_.forget(world_.host(node).name);
}

}  // namespace mmm::sim
