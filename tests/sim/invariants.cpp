#include "tests/sim/invariants.hpp"

#include <algorithm>

#include "core/agent/contact.hpp"
#include "core/agent/holding.hpp"
#include "tests/sim/world.hpp"

namespace mmm::sim {

Invariants::Invariants(World& world) : world_(world), slots_(world.config.slots()) {}

void Invariants::broken(const std::string& rule, const std::string& what) {
    if (violation_ || !rule.starts_with(rule_)) return;
    violation_ = rule + ": " + what;
    world_.ground.note("VIOLATED", [&] { return *violation_; });
}

void Invariants::look() {
    no_address_on_two_hosts();
    one_writer();
    nothing_moved();
    never_away_for_long();
}

void Invariants::no_address_on_two_hosts() {
    for (const auto& slot : slots_) {
        const SimHost* first = nullptr;
        for (const auto& host : world_.hosts) {
            if (!host->kernel.has(slot)) continue;
            if (first != nullptr) {
                return broken("(1) no address on two hosts",
                              slot.text() + " is on " + first->name + " and " + host->name);
            }
            first = host.get();
        }
    }
}

void Invariants::one_writer() {
    const SimHost* first = nullptr;
    for (const auto& host : world_.hosts) {
        if (!host->server.writable() || !host->kernel.has(world_.writer_slot())) continue;
        if (first != nullptr) return broken("(1) one writer", first->name + " and " + host->name + " take writes");
        first = host.get();
    }
}

bool Invariants::may_hold(const SimHost& host, const Slot& slot) const {
    if (host.kernel.has(slot)) return true;
    const agent::State& state = host.agent.state();
    if (!host.agent.runs() || host.agent.frozen() || !state.granted.contains(slot)) return false;
    const Time now = host.agent.time();
    if (!agent::is_by_contact(state, slot)) return agent::may_serve(state, slot, now);
    // The next step of one that is isolated, or was stopped, lets go of everything.
    return !agent::isolated(state, now) && !agent::stalled(state, now);
}

void Invariants::grants_follow_a_proof(const HostName& to, const Slot& slot) {
    for (const auto& host : world_.hosts) {
        if (host->name == to || !may_hold(*host, slot)) continue;
        broken("(2) grants follow a proof",
               slot.text() + " is given to " + to + " while " + host->name + " may hold it");
    }
}

void Invariants::epochs_never_go_back(const HostName& host, const Slot& slot, Epoch epoch) {
    if (epoch < highest_[slot]) {
        broken("(7) epochs never go back", slot.text() + " is given to " + host + " at " + std::to_string(epoch) +
                                               " after " + std::to_string(highest_[slot]));
    }
    highest_[slot] = std::max(highest_[slot], epoch);
    const HostName& owner = owners_.at({slot, epoch});
    if (owner != host)
        broken("(7) one epoch, one host",
               slot.text() + " at " + std::to_string(epoch) + " for " + owner + " and " + host);
}

void Invariants::epochs_are_saved_first(const Slot& slot, Epoch epoch) {
    if (epoch == 0 || world_.monitor->disk.lost()) return;
    const std::string line = "epoch|" + slot.text() + "|" + std::to_string(epoch) + "\n";
    if (!world_.monitor->disk.holds(line)) broken("(7) epochs are saved before they are used", line);
}

void Invariants::ordered(const HostName& host, const proto::Order& order) {
    for (const auto& [slot, epoch] : order.slots) {
        // By leases an order only says who shall have it: lease_rules.hpp.
        if (order.leases) continue;
        const bool is_new = owners_.try_emplace({slot, epoch}, host).second;
        if (is_new) grants_follow_a_proof(host, slot);
        epochs_never_go_back(host, slot, epoch);
        epochs_are_saved_first(slot, epoch);
    }
}

void Invariants::unanswered(const std::string& command) {
    broken("(6) every command is answered", command);
}

void Invariants::monitor_started() {
    states_.clear();
    departures_.clear();
    if (!world_.monitor->disk.lost()) return;
    highest_.clear();
    owners_.clear();
}

void Invariants::monitor_stepped(const monitor::State& state) {
    no_flapping(state);
}

void Invariants::no_flapping(const monitor::State& state) {
    const auto& limits = world_.config.monitor;
    for (const auto& [name, record] : state.hosts) {
        const HostState before = std::exchange(states_[name], record.state);
        if (before == record.state) continue;
        if (record.reason.find("operator") != std::string::npos) departures_[name].clear();
        const bool failed = record.state == HostState::hard_offline || record.state == HostState::replication_fail ||
                            record.state == HostState::replication_delay;
        if (before != HostState::online || !failed) continue;
        auto& departures = departures_[name];
        std::erase_if(departures, [&, since = record.since](Time at) { return since - at > limits.flap_duration; });
        departures.push_back(record.since);
        if (departures.size() > limits.flap_count + 1)
            broken("(5) no flapping", name + " left service " + std::to_string(departures.size()) + " times");
    }
}

void Invariants::nothing_may_move() {
    for (const auto& slot : slots_) {
        for (const auto& host : world_.hosts) {
            if (host->kernel.has(slot)) fixed_[slot] = host->name;
        }
    }
}

void Invariants::nothing_moved() {
    for (const auto& [slot, name] : fixed_) {
        for (const auto& host : world_.hosts) {
            if (host->name == name && !host->kernel.has(slot))
                return broken("(3) the monitor's faults move nothing", slot.text() + " left " + name);
            if (host->name == name && slot == world_.writer_slot() && !host->server.writable())
                return broken("(3) the monitor's faults move nothing", name + " became read-only");
        }
    }
}

void Invariants::away_at_most(Span bound) {
    away_at_most_ = bound;
    never_away_for_long();
}

void Invariants::never_away_for_long() {
    if (!away_at_most_) return;
    for (const auto& slot : slots_) {
        const auto holder = std::find_if(world_.hosts.begin(), world_.hosts.end(),
                                         [&](const auto& host) { return host->kernel.has(slot); });
        auto& [last, seen] = seen_.try_emplace(slot, nullptr, world_.time()).first->second;
        if (holder != world_.hosts.end()) last = holder->get();
        // One that was to lose its roles doesn't ask for them.
        const bool is_fit = last == nullptr || last->agent.state().ordered_state == HostState::online;
        if (holder != world_.hosts.end() || !is_fit) seen = world_.time();
        if (world_.time() - seen > *away_at_most_)
            broken("(3) no slot is away for long", slot.text() + " is on no host for too long");
    }
}

bool Invariants::nobody_fits(const Slot& slot) const {
    const auto writer = std::find_if(world_.hosts.begin(), world_.hosts.end(),
                                     [&](const auto& host) { return host->kernel.has(world_.writer_slot()); });
    if (writer == world_.hosts.end()) return false;
    return std::all_of(world_.hosts.begin(), world_.hosts.end(), [&](const auto& host) {
        return !world_.config.can_hold(host->name, slot.role) || host->server.diverged_from((*writer)->server);
    });
}

std::string Invariants::not_in_order() const {
    if (!world_.monitor->runs() || world_.monitor->frozen()) return "the monitor doesn't run";
    const monitor::State& state = world_.monitor->state();
    if (state.phase != monitor::Phase::running) return "the monitor is still starting";
    const SimHost* writer = nullptr;
    for (const auto& [slot, record] : state.slots) {
        const auto holder = std::find_if(world_.hosts.begin(), world_.hosts.end(),
                                         [&, &slot = slot](const auto& host) { return host->kernel.has(slot); });
        if (holder == world_.hosts.end() && nobody_fits(slot)) continue;
        if (holder == world_.hosts.end()) return slot.text() + " is on no host";
        if ((*holder)->name != record.holder)
            return slot.text() + " is on " + (*holder)->name + ", meant for '" + record.holder + "'";
        if (slot == world_.writer_slot()) writer = holder->get();
    }
    if (const std::string why = without_lease(); !why.empty()) return why;
    if (!writer->server.up() || writer->server.read_only()) return writer->name + " isn't writable";
    if (state.active_master != writer->name) return "the writer as observed is '" + state.active_master + "'";
    for (const auto& host : world_.hosts) {
        const HostState is = state.hosts.at(host->name).state;
        if (is != HostState::online && !host->server.diverged_from(writer->server))
            return host->name + " is " + std::string(word(is)) + ": " + state.hosts.at(host->name).reason;
    }
    return "";
}

/// Where all agents take part in leases nothing is left that is held by contact.
std::string Invariants::without_lease() const {
    if (!world_.all_lease()) return "";
    for (const auto& host : world_.hosts) {
        for (const auto& slot : host->kernel.present()) {
            if (!world_.lease_rules.ledger().may_be_on(host->name, slot, host->agent.time(), Duration{0}))
                return host->name + " has no lease of " + slot.text();
            if (LeaseRules::by_contact(*host, slot)) return host->name + " holds " + slot.text() + " by contact";
        }
    }
    return "";
}

void Invariants::never_placed(const std::string& why) {
    broken("(4) a healed cluster is in good order within a bound", why);
}

}  // namespace mmm::sim
