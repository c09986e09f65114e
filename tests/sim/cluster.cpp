#include "tests/sim/cluster.hpp"

#include "core/monitor/state.hpp"
#include "core/monitor/status_file.hpp"

namespace mmm::sim {
namespace {

Address address(unsigned last) {
    return Address::v4({192, 168, 10, static_cast<std::uint8_t>(last)});
}

/// Mostly the defaults: five voters, two seconds.
void set_leases(Random& random, config::Config& config, Schedule schedule) {
    if (schedule == Schedule::today) return;
    if (random.chance(40)) config.lease = Duration(1000 + 500 * random.below(7));
    if (random.chance(30)) config.drift.ppm = 1000 * (1 + random.below(20));
    if (random.chance(20)) config.quorum.voters = {"monitor", "db1", "db2"};
    if (random.chance(10) && config.hosts.contains("db3")) config.quorum.voters = {"db1", "db2", "db3"};
}

}  // namespace

config::Config cluster_config(Random random, Schedule schedule, unsigned hosts) {
    config::Config config;
    config.cluster = "sim";
    for (unsigned number = 1; number <= hosts; ++number) {
        config::Host host;
        host.name = "db" + std::to_string(number);
        host.ip = address(10 + number);
        host.mode = number <= 2 ? HostMode::master : HostMode::slave;
        host.peer = number == 1 ? "db2" : number == 2 ? "db1" : "";
        config.hosts[host.name] = host;
    }
    config.roles["writer"] = {"writer", RoleMode::exclusive, {"db1", "db2"}, {address(100)}, ""};
    config.roles["reader"] = {"reader", RoleMode::balanced, {}, {address(101), address(102)}, ""};
    const bool on_all = random.chance(50);
    for (const auto& [name, host] : config.hosts) {
        if (on_all || hosts == 2 || host.mode == HostMode::slave) config.roles["reader"].hosts.push_back(name);
    }
    if (on_all) {
        if (random.chance(50)) config.roles["reader"].ips.push_back(address(103));
    }
    config::Check check;
    check.trap_period = Duration(1000 * (1 + random.below(3)));
    for (const auto& [kind, text] : kCheckWords) config.checks[kind] = check;
    config.monitor.ip = address(10);
    config.monitor.ping_ips = {address(1)};
    config.monitor.auto_set_online = random.chance(70) ? Duration(1000 * (1 + random.below(5))) : Duration{0};
    config.monitor.flap_count = random.chance(50) ? 1 + random.below(3) : 1000;
    config.monitor.replication_grace = random.chance(50) ? 0s : 5s;
    config.monitor.act_on_hard_evidence = random.chance(80);
    config.monitor.careful_startup = random.chance(80);
    config.monitor.kill_host_timeout = 20s;
    if (random.chance(40)) config.monitor.kill_host_bin = "/usr/sbin/kill_host";
    config.max_kill_retries = random.below(3);
    config.drain_timeout = Duration(1000 * (2 + random.below(10)));
    set_leases(random, config, schedule);
    if (schedule == Schedule::monitor) {
        config.monitor.auto_set_online = 1s;
    } else if (random.chance(25)) {
        config.roles["writer"].prefer = random.chance(50) ? "db1" : "db2";
    }
    if (random.chance(30))
        config.on_drain_timeout = random.chance(60) ? config::OnDrainTimeout::promote : config::OnDrainTimeout::stop;
    return config;
}

HostName first_holder(const config::Config& config, const Slot& slot) {
    if (config.is_writer_slot(slot)) return "db1";
    const auto& role = *config.role(slot.role);
    std::size_t index = 0;
    while (role.ips.at(index) != slot.ip) ++index;
    return role.hosts.at(index % role.hosts.size());
}

std::string earlier_status(const config::Config& config) {
    monitor::State state = monitor::initial(config, Time{});
    for (auto& [name, host] : state.hosts) host.state = HostState::online;
    for (auto& [slot, record] : state.slots) {
        record.holder = first_holder(config, slot);
        record.epoch = 3;
    }
    return monitor::status_text(state);
}

}  // namespace mmm::sim
