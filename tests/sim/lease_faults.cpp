#include <algorithm>
#include <array>

#include "tests/sim/faults.hpp"

// What may happen to that on which leases stand: time, disks, the one monitor.

namespace mmm::sim {

/// Where leases matter, often about as long as something takes in their protocol.
Span Faults::some_time(Span most) {
    if (schedule_ != Schedule::leases || random_.chance(60)) return random_.between(100ms, most);
    const lease::Timing& timing = world_.lease_rules.timing();
    const std::array<Span, 6> about{timing.lease,     timing.lease + timing.kernel.slack(),
                                    timing.wait(),    timing.promise_validity(),
                                    timing.silence(), 2 * timing.renew_every};
    return std::max<Span>(100ms, about.at(random_.below(about.size())) + random_.between(-400ms, 400ms));
}

void Faults::restart(Node node) {
    if (node >= kHosts || schedule_ != Schedule::leases) return interrupt(node);
    SimHost& host = world_.host(node);
    if (!host.agent.runs()) return;
    host.agent.crash();
    fault("agent restarts " + host.name, random_.between(10ms, 1500ms), [this, &host] {
        if (world_.ground.network.powered[host.node]) host.agent.start();
    });
}

void Faults::take_monitor_away() {
    MonitorProcess& monitor = *world_.monitor;
    if (!monitor.runs() || monitor.frozen()) return;
    if (random_.chance(50)) {
        monitor.crash();
        return fault("monitor is away", 40s, [&monitor] { monitor.start(); });
    }
    monitor.freeze();
    fault("monitor is stopped for long", 40s, [&monitor] { monitor.thaw(); });
}

void Faults::stop_for_a_lease(Node node) {
    if (node >= kHosts) return interrupt(node);
    SimHost& host = world_.host(node);
    host.agent.freeze();
    fault("agent stops at once " + host.name, world_.lease_rules.timing().wait() + random_.between(-500ms, 4s),
          [&host] { host.agent.thaw(); });
}

void Faults::cut_off_for_a_lease(Node node) {
    std::vector<std::pair<Node, Node>> ways;
    for (Node other = 0; other < kNodes; ++other) {
        if (other == node) continue;
        ways.emplace_back(node, other);
        ways.emplace_back(other, node);
    }
    const Span lasts = std::max<Span>(100ms, world_.lease_rules.timing().lease + random_.between(-700ms, 300ms));
    for (const auto& [from, to] : ways) ++world_.ground.network.path(from, to).cuts;
    fault(name(node) + " is cut off until its leases end", lasts, [this, ways] {
        for (const auto& [from, to] : ways) --world_.ground.network.path(from, to).cuts;
    });
}

/// What a host has to remember of leases is gone, or can't be written.
void Faults::strike_disk(Node node) {
    SimHost& host = world_.host(node);
    if (random_.chance(40)) {
        host.agent.disk.full = true;
        return fault("disk is full " + name(node), some_time(8s), [&host] { host.agent.disk.full = false; });
    }
    if (!world_.ground.network.powered[node]) return;
    host.agent.crash();
    world_.lease_rules.record_lost();
    if (random_.chance(50)) {
        host.agent.disk.tear();
    } else {
        host.agent.disk.lose();
    }
    fault("agent's disk is lost " + name(node), some_time(4s), [this, &host] {
        if (world_.ground.network.powered[host.node]) host.agent.start();
    });
}

/// With files and an address of its own, so that nothing keeps it from running.
void Faults::start_second_monitor() {
    MonitorProcess& second = *world_.second_monitor;
    const bool first_runs = world_.monitor->runs() && !world_.monitor->frozen();
    if (second.runs() || (schedule_ == Schedule::monitor && !first_runs)) return;
    second.start();
    fault("a second monitor runs", some_time(20s), [&second] { second.crash(); });
}

}  // namespace mmm::sim
