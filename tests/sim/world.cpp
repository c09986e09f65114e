#include "tests/sim/world.hpp"

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
      kernel(ground.timeline, ground.random.fork()),
      server(ground.timeline, ground.random.fork(), number),
      agent(ground, config, host, number, kernel, server, clock) {}

World::World(std::uint64_t seed, Schedule schedule, Plant plant, bool tracing)
    : ground(seed, tracing),
      config(cluster_config(ground.random.fork(), schedule)),
      invariants(*this),
      random_(ground.random.fork()),
      writer_{config.active_master_role, config.writer_role().ips.front()} {
    ground.plant = plant;
    std::vector<const Mysqld*> servers;
    for (const auto& [name, settings] : config.hosts) {
        hosts.push_back(std::make_unique<SimHost>(ground, config, settings, hosts.size()));
        servers.push_back(&hosts.back()->server);
    }
    monitor_clock = {Moment{} - random_.between(1s, 1000s), static_cast<int>(random_.below(2001)) - 1000};
    monitor = std::make_unique<MonitorProcess>(ground, config, monitor_clock, servers, watch());
    monitor->disk.forgets = plant == Plant::forgetful_disk;
    connect_parts();
    begin();
}

void World::connect_parts() {
    for (const auto& host : hosts) {
        SimHost& one = *host;
        one.clock = {Moment{} - random_.between(100s, 10000s), static_cast<int>(random_.below(2001)) - 1000};
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
        };
        one.server.starts_read_only = random_.chance(70);
        one.server.starts_replication = random_.chance(80);
        one.server.latency_most = random_.chance(80) ? 5ms : 300ms;
    }
}

MonitorWatch World::watch() {
    MonitorWatch watch;
    watch.started = [this] { invariants.monitor_started(); };
    watch.stepped = [this](const monitor::State& state) { invariants.monitor_stepped(state); };
    watch.ordered = [this](const HostName& host, const proto::Order& order) { invariants.ordered(host, order); };
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
void World::begin() {
    const bool cold = random_.chance(20);
    for (const auto& host : hosts) {
        if (host->node != 0) host->server.point_at(0, host->node == 1);
        if (host->node != 0) host->server.start_threads();
    }
    host(0).server.point_at(1, false);
    host(0).server.set_read_only(false);
    for (int count = 0; count < 3; ++count) host(0).server.write();
    if (!cold) {
        if (!monitor->disk.forgets) (void)monitor->disk.save(earlier_status(config));
        for (const auto& slot : config.slots()) {
            for (const auto& host : hosts) {
                if (host->name == first_holder(config, slot)) host->kernel.put(slot, kFirstLifetime);
            }
        }
    }
    for (const auto& host : hosts) {
        ground.timeline.after(random_.between(0us, 500ms), [&one = *host] { one.agent.start(); });
    }
    ground.timeline.after(random_.between(0us, 500ms), [this] { monitor->start(); });
    move_data();
}

void World::move_data() {
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
    }
}

void World::power_off(Node node) {
    if (!ground.network.powered[node]) return;
    ground.note("world", [&] { return host(node).name + " loses power"; });
    ground.network.powered[node] = false;
    ground.tcp.vanish(node);
    host(node).agent.crash();
    host(node).kernel.clear();
    host(node).server.crash();
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
