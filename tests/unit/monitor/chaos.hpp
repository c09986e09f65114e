#pragma once

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/monitor/fake_cluster.hpp"

namespace mmm::monitor::test {

/// What must hold whatever happens, watched from outside of the monitor.
class Invariants {
  public:
    explicit Invariants(FakeCluster& cluster) : cluster_(cluster) {}

    /// Called with those of an event's effects that are about to be carried out.
    void watch(const Effects& effects) {
        std::string saved = cluster_.saved;
        for (const auto& effect : effects) {
            if (const auto* save = std::get_if<SaveStatus>(&effect)) saved = save->text;
            if (const auto* order = std::get_if<SendOrder>(&effect)) check_order(*order, saved);
        }
    }
    /// The truth on the hosts: no address is on two of them.
    void check_hosts() {
        for (const auto& slot : cluster_.config.slots()) {
            int holders = 0;
            for (const auto& [name, host] : cluster_.hosts) holders += host.present().contains(slot) ? 1 : 0;
            if (holders > 1) fail(slot.text() + " is on two hosts");
        }
    }

    std::vector<std::string> failures;

  private:
    void check_order(const SendOrder& sent, const std::string& saved) {
        for (const auto& [slot, epoch] : sent.order.slots) {
            for (const auto& [name, host] : cluster_.hosts) {
                // With leases an order alone gives nothing.
                if (!sent.order.leases && name != sent.host && host.may_hold(slot)) {
                    fail(slot.text() + " is given to " + sent.host + " while " + name + " may hold it");
                }
            }
            if (sent.order.leases) continue;
            const std::string line = "epoch|" + slot.text() + "|" + std::to_string(epoch) + "\n";
            if (epoch > 0 && saved.find(line) == std::string::npos) fail("order before its epoch was saved: " + line);
            if (epoch < highest_[slot]) fail("the epoch of " + slot.text() + " went back to " + std::to_string(epoch));
            highest_[slot] = epoch;
            const auto [owner, is_new] = owners_.try_emplace({slot, epoch}, sent.host);
            if (!is_new && owner->second != sent.host) fail("one epoch of " + slot.text() + " for two hosts");
        }
    }
    void fail(const std::string& what) {
        failures.push_back("at " + std::to_string((cluster_.now - kStart).count()) + " ms: " + what);
    }

    FakeCluster& cluster_;
    std::map<Slot, Epoch> highest_;
    std::map<std::pair<Slot, Epoch>, HostName> owners_;
};

/// Faults and commands at random, from one seed.
class Chaos {
  public:
    Chaos(FakeCluster& cluster, std::uint32_t seed) : cluster_(cluster), random_(seed) {}

    void strike() {
        FakeHost& host = any_host();
        if (pick(3) == 0) return repair(host);
        switch (pick(24)) {
            case 0:
                return log("mysqld killed " + host.name), void(host.mysqld = FakeHost::Mysqld::down);
            case 1:
                return log("mysqld hung " + host.name), void(host.mysqld = FakeHost::Mysqld::hung);
            case 2:
            case 3:
                return log("mysqld up " + host.name), void(host.mysqld = FakeHost::Mysqld::up);
            case 4:
                return log("agent killed " + host.name), host.kill_agent();
            case 5:
            case 6:
                if (!host.agent_runs && host.power) log("agent started " + host.name), host.start_agent(cluster_.now);
                return;
            case 7:
                if (host.agent_runs) log("agent frozen " + host.name), host.freeze_agent(cluster_.now);
                return;
            case 8:
                if (host.agent_frozen) log("agent thawed " + host.name), host.thaw_agent(cluster_.now);
                return;
            case 9:
                return log("unplugged " + host.name), void(host.cable = false);
            case 10:
            case 11:
                return log("plugged " + host.name), void(host.cable = true);
            case 12:
                return log("power off " + host.name), host.power_off();
            case 13:
                if (!host.power) log("power on " + host.name), host.power_on(cluster_.now);
                return;
            case 14:
                return cut_route(host);
            case 15:
                return log("replication " + host.name), void(host.replicates = !host.replicates);
            case 16:
                return log("monitor unplugged"), void(cluster_.monitor_cable = false);
            case 17:
                return log("monitor plugged"), void(cluster_.monitor_cable = true);
            case 18:
                return log("monitor restarted"), cluster_.start_monitor();
            case 19:
                return log("monitor stopped or continued"), void(cluster_.monitor_runs = !cluster_.monitor_runs);
            case 20:
                return log("slow " + host.name), void(host.takes = Duration(100 * pick(15)));
            case 21:
                return log("catching up " + host.name), void(host.can_catch_up = !host.can_catch_up);
            default:
                return command(host);
        }
    }
    void repair(FakeHost& host) {
        log("all well with " + host.name);
        if (!host.power) host.power_on(cluster_.now);
        if (!host.agent_runs) host.start_agent(cluster_.now);
        host.monitor_route = true;
        if (host.agent_frozen) host.thaw_agent(cluster_.now);
        host.mysqld = FakeHost::Mysqld::up;
        host.cable = host.monitor_route = host.replicates = host.can_catch_up = true;
        host.takes = 100ms;
    }
    void heal() {
        for (auto& [name, host] : cluster_.hosts) repair(host);
        cluster_.monitor_cable = cluster_.monitor_runs = cluster_.record_works = true;
        cluster_.kill_works = false;  // one may be under way
    }
    [[nodiscard]] unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
    [[nodiscard]] const std::string& story() const { return story_; }

  private:
    /// One way at a time: two hosts that only hear each other would outlive any silence. Leases by majority end that.
    void cut_route(FakeHost& host) {
        for (auto& [name, other] : cluster_.hosts) other.monitor_route = other.monitor_route || !other.leases;
        host.monitor_route = pick(2) == 0;
        log("way to the monitor " + host.name + (host.monitor_route ? " mended" : " cut"));
    }
    void command(const FakeHost& host) {
        if (!cluster_.monitor_runs) return;
        const std::vector<std::vector<std::string>> commands{{"set_offline", host.name},
                                                             {"set_online", host.name},
                                                             {"set_online", host.name},
                                                             {"move_role", "writer", host.name},
                                                             {"move_role", "--force", "writer", host.name},
                                                             {"move_role", "reader", host.name},
                                                             {"set_manual"},
                                                             {"set_active"},
                                                             {"set_active"},
                                                             {"set_passive"},
                                                             {"set_ip", "192.168.10.128", host.name},
                                                             {"set_ip", "192.168.10.129", host.name}};
        const auto& words = commands[pick(static_cast<unsigned>(commands.size()))];
        log(words[0] + (words.size() > 1 ? " " + words.back() : ""));
        cluster_.handle(AdminAsked{1, words, "chaos"});
    }
    FakeHost& any_host() { return std::next(cluster_.hosts.begin(), pick(4))->second; }
    void log(const std::string& what) {
        story_ += "\n" + std::to_string((cluster_.now - kStart).count()) + " ms: " + what;
    }

    FakeCluster& cluster_;
    std::mt19937 random_;
    std::string story_;
};

inline Config chaotic_config(std::uint32_t seed) {
    Config config = five_hosts();
    config.roles["reader"].hosts = {"db1", "db2", "db3", "db4"};
    config.monitor.auto_set_online = 1s;
    config.monitor.flap_count = 1000;
    if (seed % 2 == 0) config.monitor.kill_host_bin = "/usr/sbin/kill_host";
    if (seed % 3 == 0) config.roles["writer"].prefer = "db2";
    return config;
}

}  // namespace mmm::monitor::test
