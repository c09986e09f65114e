#include "tests/sim/faults.hpp"

#include <utility>

namespace mmm::sim {

Faults::Faults(World& world, Schedule schedule, Random random) : world_(world), schedule_(schedule), random_(random) {}

std::string Faults::name(Node node) const {
    return node < kHosts ? world_.hosts.at(node)->name : node == kMonitor ? "monitor" : "gateway";
}

Node Faults::writer() const {
    for (const auto& host : world_.hosts) {
        if (host->kernel.has(world_.writer_slot())) return host->node;
    }
    return 0;
}

void Faults::fault(const std::string& what, Span lasts, Mend mend) {
    world_.ground.note("fault", [&] { return what + " for " + std::to_string(lasts.count() / 1000) + " ms"; });
    world_.ground.touched = true;
    const std::uint64_t id = ++last_;
    open_[id] = std::move(mend);
    world_.ground.timeline.after(lasts, [this, id, what] {
        const auto found = open_.find(id);
        if (found == open_.end()) return;
        world_.ground.note("fault", [&] { return "over: " + what; });
        const Mend ended = std::move(found->second);
        open_.erase(found);
        ended();
    });
}

void Faults::heal() {
    world_.ground.note("fault", [] { return std::string("all is mended"); });
    for (const auto& [id, mend] : std::exchange(open_, {})) mend();
    world_.kill_works = false;
    // Who was killed is switched on by nobody else.
    for (const auto& host : world_.hosts) world_.power_on(host->node);
}

void Faults::strike() {
    if (schedule_ == Schedule::monitor) return strike_monitor();
    if (random_.chance(2)) world_.kill_works = !world_.kill_works;
    const unsigned kind = random_.below(20);
    if (kind < 3) return strike_monitor();
    if (kind < 5) return command();
    if (kind == 5) return lossy();
    if (kind <= 8 && schedule_ == Schedule::leases) return partition();
    strike(random_.chance(30) ? writer() : any_host());
}

void Faults::strike(Node node) {
    if (node == kMonitor || schedule_ == Schedule::monitor) return strike_monitor();
    switch (random_.below(12)) {
        case 0:
        case 1:
            return strike_server(node);
        case 2:
        case 3:
        case 4:
            return strike_agent(node);
        case 5:
            return strike_replication(node);
        case 6:
            return strike_address(node);
        case 7:
            return power(node);
        case 8:
            return schedule_ == Schedule::leases && random_.chance(50) ? strike_disk(node) : command();
        default:
            return strike_network(node);
    }
}

void Faults::provoke() {
    if (schedule_ == Schedule::monitor) return;
    switch (random_.below(7)) {
        case 0:
        case 1:
            return move_writer();
        case 2:
            return world_.monitor->ask({"set_offline", name(writer())});
        case 3:
            return isolate(writer());
        case 4:
            return power(writer());
        case 5:
            return strike_agent(writer());
        default:
            return strike_server(writer());
    }
}

void Faults::interrupt(Node node) {
    const bool dies = random_.chance(60);
    if (node == kMonitor) {
        if (dies) {
            world_.monitor->crash();
            return fault("monitor dies at once", some_time(5s), [this] { world_.monitor->start(); });
        }
        world_.monitor->freeze();
        return fault("monitor stops at once", some_time(8s), [this] { world_.monitor->thaw(); });
    }
    if (schedule_ == Schedule::monitor) return;
    SimHost& host = world_.host(node);
    if (dies) {
        host.agent.crash();
        return fault("agent dies at once " + host.name, some_time(8s), [this, &host] {
            if (world_.ground.network.powered[host.node]) host.agent.start();
        });
    }
    // By contact alone an agent isn't protected between reading the clock and acting.
    if (schedule_ != Schedule::leases) {
        world_.ground.timeline.after(0us, [this, node] { strike_agent(node); });
        return;
    }
    host.agent.freeze();
    fault("agent stops at once " + host.name, some_time(8s), [&host] { host.agent.thaw(); });
}

void Faults::move_writer() {
    world_.monitor->ask({"move_role", "writer", writer() == 0 ? "db2" : "db1"});
}

void Faults::command() {
    const HostName host = name(random_.chance(50) ? random_.below(2) : any_host());
    const std::vector<std::vector<std::string>> commands{{"set_offline", host},
                                                         {"set_online", host},
                                                         {"set_online", host},
                                                         {"move_role", "writer", host},
                                                         {"move_role", "writer", host},
                                                         {"move_role", "--force", "writer", host},
                                                         {"move_role", "reader", host},
                                                         {"set_manual"},
                                                         {"set_active"},
                                                         {"set_active"},
                                                         {"set_passive"},
                                                         {"set_ip", "192.168.10.100", host},
                                                         {"set_ip", "192.168.10.101", host},
                                                         {"show"},
                                                         {"checks"},
                                                         {"move_role", "writer"},
                                                         {"nonsense"}};
    const auto& words = commands.at(random_.below(static_cast<unsigned>(commands.size())));
    world_.monitor->ask(words);
    // An operator who says so has looked.
    Node dead = 0;
    for (; dead < world_.hosts.size(); ++dead) {
        if (!world_.ground.network.powered[dead]) world_.monitor->ask({"confirm_dead", name(dead)});
    }
}

void Faults::strike_server(Node node) {
    Mysqld& server = world_.host(node).server;
    switch (random_.below(6)) {
        case 0:
        case 1:
            server.crash();
            return fault("mysqld is killed " + name(node), some_time(8s), [this, node, &server] {
                if (world_.ground.network.powered[node]) server.start();
            });
        case 2:
        case 3:
            server.hang();
            return fault("mysqld hangs " + name(node), some_time(10s), [&server] { server.go_on(); });
        case 4:
            server.locked_until = world_.time() + some_time(12s);
            return world_.ground.note("fault", [&] { return "a long transaction " + name(node); });
        default:
            server.refuses_clients = true;
            return fault("too many connections " + name(node), some_time(8s),
                         [&server] { server.refuses_clients = false; });
    }
}

void Faults::strike_agent(Node node) {
    SimHost& host = world_.host(node);
    const bool powered = world_.ground.network.powered[node];
    if (!powered) return;
    if (random_.chance(50)) {
        host.agent.crash();
        // Programs are exchanged for those that know leases while the cluster runs.
        if (schedule_ == Schedule::today && random_.chance(30)) host.agent.leases = true;
        return fault("agent is killed " + name(node), some_time(8s), [this, &host] {
            if (world_.ground.network.powered[host.node]) host.agent.start();
        });
    }
    host.agent.freeze();
    fault("agent is stopped " + name(node), some_time(10s), [&host] { host.agent.thaw(); });
}

void Faults::strike_replication(Node node) {
    Mysqld& server = world_.host(node).server;
    const auto restart = [this, &server] {
        server.sql_error = 0;
        // Whoever mends it waits for the server.
        const auto begin = [&server] {
            if (server.up()) server.start_threads();
        };
        begin();
        if (!server.up()) world_.ground.timeline.after(3s, begin);
    };
    switch (random_.below(3)) {
        case 0:
            server.io = server.io_connected = false;
            return fault("I/O thread is stopped " + name(node), some_time(8s), restart);
        case 1:
            server.sql = false;
            server.sql_error = 1062;
            return fault("SQL thread has an error " + name(node), some_time(8s), restart);
        default:
            server.lags_until = world_.time() + some_time(12s);
            return world_.ground.note("fault", [&] { return "replication lags " + name(node); });
    }
}

void Faults::strike_address(Node node) {
    Kernel& kernel = world_.host(node).kernel;
    if (random_.chance(50)) {
        kernel.refuses = true;
        return fault("addresses can't be put " + name(node), some_time(6s), [&kernel] { kernel.refuses = false; });
    }
    const Slots present = kernel.present();
    if (present.empty()) return;
    world_.ground.note("fault", [&] { return "address removed by hand " + name(node); });
    kernel.remove(*present.begin());
}

void Faults::power(Node node) {
    world_.power_off(node);
    fault("power is off " + name(node), random_.between(1s, 10s), [this, node] { world_.power_on(node); });
}

void Faults::strike_monitor() {
    MonitorProcess& monitor = *world_.monitor;
    // Alone, the second one is the only monitor there is, and knows of nothing.
    if (schedule_ == Schedule::monitor && world_.second_monitor->runs()) return;
    if (schedule_ != Schedule::today && random_.chance(8)) return start_second_monitor();
    switch (random_.below(8)) {
        case 0:
        case 1:
        case 2:
            monitor.crash();
            return fault("monitor is killed", some_time(6s), [&monitor] { monitor.start(); });
        case 3:
        case 4:
            monitor.freeze();
            return fault("monitor is stopped", some_time(8s), [&monitor] { monitor.thaw(); });
        case 5:
            monitor.disk.full = true;
            monitor.record.full = true;
            return fault("monitor's disk is full", some_time(8s),
                         [&monitor] { monitor.disk.full = monitor.record.full = false; });
        case 6:
            monitor.crash();
            if (random_.chance(50)) monitor.disk.tear();
            if (schedule_ == Schedule::leases && random_.chance(50)) {
                monitor.record.tear();
                world_.lease_rules.record_lost();
            }
            return fault("monitor loses power, perhaps its file", some_time(6s), [&monitor] { monitor.start(); });
        default:
            return isolate(kMonitor);
    }
}

}  // namespace mmm::sim
