#include "tests/sim/world.hpp"

#include <algorithm>

#include "core/lease/record_text.hpp"
#include "core/lease/settings.hpp"

namespace mmm::sim {
namespace {

/// Replication and clients take their turn this often.
constexpr Span kDataPeriod = 50ms;
/// What is there at the beginning was put by an earlier agent, just before.
constexpr std::chrono::seconds kFirstLifetime{3};

}  // namespace

SimHost::SimHost(Ground& ground, const config::Config& config, const config::Host& host, Node number)
    : name(host.name),
      node(number),
      kernel(ground.timeline, ground.random.fork(), clock),
      server(ground.timeline, ground.random.fork(), number),
      agent(ground, config, host, number, kernel, server, clock) {}

World::World(std::uint64_t seed, Schedule schedule, Plant plant, bool tracing, unsigned size, bool settled)
    : ground(seed, tracing),
      config(cluster_config(ground.random.fork(), schedule, size)),
      invariants(*this),
      lease_rules(*this),
      journal_rules(*this),
      random_(ground.random.fork()),
      writer_{config.active_master_role, config.writer_role().ips.front()} {
    ground.plant = plant;
    ground.on_put = [this] { lease_rules.look(); };
    ground.answering = [this](Node from, Node to) -> const Mysqld* {
        const bool reached = ground.network.open_both_ways(from, to) && ground.network.powered[to];
        return reached && hosts.at(to)->server.up() ? &hosts.at(to)->server : nullptr;
    };
    for (const auto& [name, settings] : config.hosts)
        hosts.push_back(std::make_unique<SimHost>(ground, config, settings, hosts.size()));
    add_monitors();
    connect_parts();
    choose_programs(schedule);
    begin(settled);
}

void World::add_monitors() {
    std::vector<const Mysqld*> servers;
    for (const auto& host : hosts) servers.push_back(&host->server);
    monitor_clock = {Moment{} - random_.between(1s, 1000s), drift()};
    monitor = std::make_unique<MonitorProcess>(ground, config, kMonitor, monitor_clock, servers, watch());
    monitor->disk.forgets = ground.plant == Plant::forgetful_disk;
    // It has files of its own, and what it gets wrong is told by the hosts.
    MonitorWatch nothing = watch();
    nothing.started = [] {};
    nothing.stepped = [](const monitor::State&) {};
    nothing.recorded = [](const std::string&) {};
    nothing.ordered = [](const HostName&, const proto::Order&) {};
    nothing.sent = [](const HostName&, const lease::Message&) {};
    nothing.unanswered = [](const std::string&) {};
    second_monitor = std::make_unique<MonitorProcess>(ground, config, kSecondMonitor, monitor_clock, servers, nothing);
}

int World::drift() {
    const int bound = static_cast<int>(config.drift.ppm);
    return static_cast<int>(random_.below(static_cast<unsigned>(2 * bound + 1))) - bound;
}

/// Clusters without leases: an old program on one host is enough.
void World::choose_programs(Schedule schedule) {
    if (schedule != Schedule::today) return;
    const bool all_old = random_.chance(50);
    const Node old = random_.below(static_cast<unsigned>(hosts.size()));
    for (const auto& host : hosts) host->agent.leases = !all_old && host->node != old && random_.chance(60);
}

bool World::all_lease() const {
    return std::all_of(hosts.begin(), hosts.end(), [](const auto& host) { return host->agent.leases; });
}

void World::connect_parts() {
    for (const auto& host : hosts) {
        SimHost& one = *host;
        one.clock = {Moment{} - random_.between(100s, 10000s), drift()};
        one.kernel.keeps_forever = ground.plant == Plant::endless_addresses;
        one.kernel.on_change = [this, &one] {
            ground.touched = true;
            one.agent.addresses_changed();
        };
        one.server.on_change = [this, &one] {
            ground.touched = true;
            ground.note(one.name, [&] {
                const auto health = one.server.health();
                return std::string("mysqld is ") +
                       (health == Mysqld::Health::up     ? "up"
                        : health == Mysqld::Health::down ? "down"
                                                         : "hung") +
                       (one.server.read_only() ? ", read-only" : ", WRITABLE");
            });
        };
        one.server.on_lost = [this, &one] {
            one.agent.server_lost();
            monitor->server_lost(one.node);
            second_monitor->server_lost(one.node);
        };
        one.agent.disk.forgets = ground.plant == Plant::forgetful_disk;
        one.agent.watch.stepped = [this](Node node) { lease_rules.agent_stepped(node); };
        one.agent.watch.sent = [this](Node node, const HostName& to, const lease::Message& message) {
            lease_rules.agent_sent(node, to, message);
        };
        one.agent.watch.reported = [this](Node node, const lease::Report& report) {
            lease_rules.agent_reported(node, report);
        };
        one.agent.on_timer_kill = [this, &one] {
            // Its service manager starts it again.
            ground.timeline.after(random_.between(100ms, 2s), [this, &one] {
                if (ground.network.powered[one.node]) one.agent.start();
            });
        };
        one.server.starts_read_only = random_.chance(70);
        one.server.starts_replication = random_.chance(80);
        one.server.latency_most = random_.chance(80) ? 5ms : 300ms;
    }
}

MonitorWatch World::watch() {
    MonitorWatch watch;
    watch.started = [this] {
        invariants.monitor_started();
        journal_rules.monitor_started();
    };
    watch.stepped = [this](const monitor::State& state) {
        invariants.monitor_stepped(state);
        journal_rules.monitor_stepped(state);
    };
    watch.recorded = [this](const std::string& line) { journal_rules.recorded(line); };
    watch.ordered = [this](const HostName& host, const proto::Order& order) { invariants.ordered(host, order); };
    watch.sent = [this](const HostName& to, const lease::Message& message) {
        lease_rules.monitor_sent(to, message, monitor->stored());
    };
    watch.kill_takes = [this] { return random_.between(300ms, 4s); };
    watch.kill = [this](const HostName& name) {
        if (!kill_works) return false;
        for (const auto& host : hosts) {
            if (host->name == name) power_off(host->node);
        }
        return true;
    };
    watch.unanswered = [this](const std::string& command) { invariants.unanswered(command); };
    return watch;
}

/// Mostly the programs find a running cluster; now and then nothing at all.
void World::begin(bool settled) {
    const bool cold = !settled && random_.chance(20);
    for (const auto& host : hosts) {
        if (host->node != 0) host->server.point_at(0, host->node == 1);
        if (host->node != 0) host->server.start_threads();
    }
    host(0).server.point_at(1, false);
    host(0).server.set_read_only(false);
    for (int count = 0; count < 3; ++count) host(0).server.write();
    if (!cold) {
        (void)monitor->disk.save(earlier_status(config));
        for (const auto& slot : config.slots()) {
            for (const auto& host : hosts) {
                if (host->name == first_holder(config, slot)) host->kernel.put(slot, kFirstLifetime);
            }
        }
    }
    if (settled || random_.chance(80)) leave_records();
    for (const auto& host : hosts) {
        ground.timeline.after(random_.between(0us, 500ms), [&one = *host] { one.agent.start(); });
    }
    ground.timeline.after(random_.between(0us, 500ms), [this] { monitor->start(); });
    move_data();
}

/// Lease records of a cluster that had time to settle.
void World::leave_records() {
    lease::Record settled;
    settled.settled = true;
    for (const auto& host : hosts) (void)host->agent.disk.save(lease::record_text({host->name, host->name, settled}));
    (void)monitor->record.save(lease::record_text({lease::kMonitor, "monitor-0000", settled}));
}

void World::move_data() {
    // Leases end without an event.
    ground.touched = true;
    for (const auto& host : hosts) {
        if (ground.network.powered[host->node] && host->kernel.has(writer_) && random_.chance(50)) host->server.write();
    }
    for (const auto& host : hosts) {
        if (host->server.source) host->server.replicate(hosts.at(*host->server.source)->server, ground.network);
    }
    ground.timeline.after(kDataPeriod, [this] { move_data(); });
}

void World::run(Moment end) {
    while (!invariants.broken() && ground.timeline.next(end)) {
        ground.trace.mix(static_cast<std::uint64_t>(time().time_since_epoch().count()));
        ground.trace.mix(ground.timeline.sequence());
        if (!ground.touched) continue;
        ground.touched = false;
        invariants.look();
        lease_rules.look();
    }
}

void World::power_off(Node node) {
    if (!ground.network.powered[node]) return;
    ground.note("world", [&] { return host(node).name + " loses power"; });
    ground.network.powered[node] = false;
    ground.tcp.vanish(node);
    host(node).agent.crash();
    host(node).agent.noted.clear();
    host(node).kernel.clear();
    host(node).server.crash();
    lease_rules.power_lost(node);
    ground.touched = true;
}

void World::power_on(Node node) {
    if (ground.network.powered[node]) return;
    ground.note("world", [&] { return host(node).name + " has power again"; });
    ground.network.powered[node] = true;
    host(node).clock.booted = time();
    ground.timeline.after(500ms, [this, node] {
        if (!ground.network.powered[node]) return;
        host(node).server.start();
        host(node).agent.start();
    });
}

}  // namespace mmm::sim
