#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "core/monitor/step.hpp"
#include "tests/unit/monitor/fake_host.hpp"

namespace mmm::monitor::test {

/// Hosts, network and checks around a monitor's state, in steps of 100 ms of virtual time.
class FakeCluster {
  public:
    explicit FakeCluster(Config with) : config(std::move(with)) {
        for (const auto& [name, host] : config.hosts) {
            FakeHost& fake = hosts[name];
            fake.name = name;
            fake.booted = kStart - 1h;
            fake.contact = kStart;
            if (name == "db1") fake.source = "db2";
            if (name == "db2") fake.auto_increment_offset = 2;
        }
    }

    const Config config;
    State state;
    std::map<HostName, FakeHost> hosts;
    std::string saved;  ///< the status file
    bool monitor_runs = false;
    bool monitor_cable = true;
    bool kill_works = true;
    Time now = kStart;
    /// Sees each event's effects before they are carried out. Returns how many of them are (the monitor dies then).
    std::function<std::size_t(const Effects&)> watch = [](const Effects& effects) { return effects.size(); };

    /// Hears each answer to an operator.
    std::function<void(const AnswerAdmin&)> answered = [](const AnswerAdmin&) {};

    /// Starts it anew with the status file as it is.
    void start_monitor() {
        monitor_runs = true;
        state = initial(config, now);
        links_.clear();
        for (auto& [name, host] : hosts) host.drop_link();
        handle(Started{saved, ""});
    }

    void handle(const Event& event) {
        const Effects effects = step(config, state, event, at(now - kStart));
        const std::size_t count = watch(effects);
        for (std::size_t i = 0; i < count; ++i) carry_out(effects[i]);
        if (count < effects.size()) start_monitor();
    }

    /// The next 100 ms.
    void pass() {
        now += 100ms;
        for (auto& [name, host] : hosts) meet(host);
        for (auto& [name, host] : hosts) {
            host.pass(now);
            host.say(config, now);
        }
        if (monitor_runs) run_monitor();
    }
    void pass_until(Time when) {
        while (now < when) pass();
    }
    [[nodiscard]] bool reaches(const FakeHost& host) const {
        return monitor_cable && host.power && host.cable && host.monitor_route;
    }

  private:
    /// Who hears whom; each agent has contact with the monitor while the link is up.
    void meet(FakeHost& host) {
        if (!host.agent_runs || host.agent_frozen) return;
        host.hears.clear();
        for (const auto& [name, other] : hosts) {
            const bool heard = host.cable && other.cable && other.agent_runs && !other.agent_frozen && !host.version1 &&
                               !other.version1;
            if (name != host.name && heard) host.hears.insert(name);
        }
        if (host.linked && reaches(host) && monitor_runs) host.monitor_heard = now;
        if (!host.hears.empty() || host.monitor_heard == now) host.contact = now;
        if (!host.linked || !reaches(host)) return;
        while (!host.inbox.empty()) {
            host.take(host.inbox.front(), now);
            host.inbox.pop_front();
        }
    }

    void run_monitor() {
        const bool second = (now - kStart) % 1s == 0ms;
        if (second) handle(NetworkSeen{monitor_cable});
        for (auto& [name, host] : hosts) watch_link(name, host);
        for (auto& [name, host] : hosts) {
            if (second) check(host);
            while (reaches(host) && host.linked && !host.outbox.empty()) {
                const auto said = host.outbox.front();
                host.outbox.pop_front();
                links_[name].heard = now;
                handle(AgentSaid{name, said});
            }
        }
        for (const auto& name : std::exchange(check_now_, {})) check_mysql(hosts.at(name));
        for (const auto& [name, when] : std::map(kills_)) {
            if (now < when) continue;
            kills_.erase(name);
            if (kill_works) hosts.at(name).power_off();
            handle(KillDone{name, kill_works, kill_works ? "" : "no answer"});
        }
        handle(Tick{});
    }

    struct Link {
        bool up = false;
        Time heard{};
    };

    void watch_link(const HostName& name, FakeHost& host) {
        Link& link = links_[name];
        if (link.up && (!host.linked || now - link.heard > 2s) && (reaches(host) || now - link.heard > 2s)) {
            link.up = false;
            host.drop_link();
            handle(AgentGone{name, reaches(host) ? "connection closed" : "no answer for 2 s"});
        }
        if (!links_[name].up && reaches(host) && host.agent_runs && !host.agent_frozen) {
            host.open_link(now);
            host.say(config, now);
            links_[name] = {true, now};
            handle(AgentConnected{name, host.version1});
        }
    }

    void check(const FakeHost& host) {
        const bool ping = reaches(host);
        handle(
            Checked{{host.name, CheckKind::ping, ping ? Outcome::ok : Outcome::failed_soft, ping ? "" : "no answer"}});
        check_mysql(host);
        const bool known = reaches(host) && host.mysqld == FakeHost::Mysqld::up;
        const auto report = [&](CheckKind kind, bool fine, const char* message) {
            CheckReport told{host.name, kind, Outcome::unknown, "can't connect"};
            if (known) told = {host.name, kind, fine ? Outcome::ok : Outcome::failed_soft, fine ? "" : message};
            if (known && kind == CheckKind::rep_threads) told.setup.source = source_text(host);
            handle(Checked{told});
        };
        report(CheckKind::rep_threads, host.replicates, "replication threads are stopped");
        report(CheckKind::rep_backlog, !host.lags, "90 s behind");
    }
    void check_mysql(const FakeHost& host) {
        CheckReport report{host.name, CheckKind::mysql, Outcome::ok, ""};
        report.setup = {host.auto_increment_increment, host.auto_increment_offset, {}};
        if (!reaches(host) || host.mysqld == FakeHost::Mysqld::hung) {
            report = {host.name, CheckKind::mysql, Outcome::failed_soft, "no answer within 500 ms"};
        } else if (host.mysqld == FakeHost::Mysqld::down) {
            report = {host.name, CheckKind::mysql, Outcome::failed_hard, "connection refused"};
        }
        handle(Checked{report});
    }

    [[nodiscard]] std::string source_text(const FakeHost& host) const {
        const auto* source = config.host(host.source);
        return source == nullptr ? "" : source->ip.text();
    }

    void carry_out(const Effect& effect) {
        if (const auto* answer = std::get_if<AnswerAdmin>(&effect)) answered(*answer);
        if (const auto* save = std::get_if<SaveStatus>(&effect)) saved = save->text;
        if (const auto* check = std::get_if<CheckNow>(&effect)) check_now_.push_back(check->host);
        if (const auto* kill = std::get_if<KillHost>(&effect)) kills_[kill->host] = now + 1s;
        if (const auto* order = std::get_if<SendOrder>(&effect)) {
            FakeHost& host = hosts.at(order->host);
            if (host.linked && links_[order->host].up) host.inbox.push_back(order->order);
        }
    }

    std::map<HostName, Link> links_;
    std::vector<HostName> check_now_;
    std::map<HostName, Time> kills_;
};

}  // namespace mmm::monitor::test
