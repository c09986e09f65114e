#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/monitor/step.hpp"
#include "core/monitor/version1.hpp"
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
    std::string saved;     ///< the status file
    std::string record{};  ///< the lease record's file
    std::vector<std::string> journal{};
    bool record_works = true;  ///< it can be written
    bool monitor_runs = false;
    bool monitor_cable = true;
    bool kill_works = true;
    Time now = kStart;
    /// Sees each event's effects before they are carried out. Returns how many of them are (the monitor dies then).
    std::function<std::size_t(const Effects&)> watch = [](const Effects& effects) { return effects.size(); };

    /// Hears each answer to an operator.
    std::function<void(const AnswerAdmin&)> answered = [](const AnswerAdmin&) {};

    /// From now on the host's agent takes part in leases. Before the monitor starts.
    void take_part(const HostName& name) {
        FakeHost& host = hosts.at(name);
        host.leases.emplace(name, config);
        host.leases->by_contact = host.present();
        host.start_agent(now);
    }

    /// An agent without leases in its place: what it finds it holds by contact.
    void take_no_part(const HostName& name) {
        FakeHost& host = hosts.at(name);
        host.leases.reset();
        host.start_agent(now);
    }

    /// Starts it anew with the status file as it is.
    void start_monitor() {
        monitor_runs = true;
        state = initial(config, now);
        links_.clear();
        events_.clear();
        mail_.clear();
        for (auto& [name, host] : hosts) host.drop_link();
        handle(Started{saved, "", record, "", ++nonce_, journal});
    }

    void handle(const Event& event) {
        events_.push_back(event);
        if (events_.size() > 1) return;  // an effect caused it: its turn comes when all effects before it are done
        while (!events_.empty()) {
            const Event next = events_.front();
            const Effects effects = step(config, state, next, at(now - kStart));
            const std::size_t count = watch(effects);
            for (std::size_t i = 0; i < count; ++i) carry_out(effects[i]);
            if (count < effects.size()) return start_monitor();
            if (!events_.empty()) events_.pop_front();
        }
    }

    /// The next 100 ms.
    void pass() {
        now += 100ms;
        for (auto& [name, host] : hosts) meet(host);
        for (auto& [name, host] : hosts) {
            host.pass(now);
        }
        exchange_datagrams();
        for (auto& [name, host] : hosts) host.say(config, now);
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
        for (const auto& message : std::exchange(host.lease_inbox, {})) {
            if (host.leases) host.leases->take(message, now);
        }
    }

    [[nodiscard]] bool hears_datagrams(const FakeHost& host) const {
        return host.leases && host.cable && host.power && host.agent_runs && !host.agent_frozen;
    }

    /// Rounds of renewals and their answers, among agents at once; the monitor's come at its turn.
    void exchange_datagrams() {
        for (auto& [name, host] : hosts) {
            if (!host.leases) continue;
            for (const auto& sent : std::exchange(host.leases->outbox, {})) {
                if (!host.cable && sent.to != name) continue;
                if (sent.to == lease::kMonitor) {
                    mail_.emplace_back(name, sent.message);
                } else if (const auto other = hosts.find(sent.to);
                           other != hosts.end() && hears_datagrams(other->second)) {
                    if (const auto answer = other->second.leases->hear(sent.message, now))
                        (void)host.leases->hear(*answer, now);
                }
            }
            if (host.agent_runs) host.leases->save();
        }
    }

    void deliver_to_monitor() {
        for (const auto& [from, message] : std::exchange(mail_, {})) {
            if (reaches(hosts.at(from))) handle(LeaseHeard{from, message});
        }
        for (auto& [name, host] : hosts) {
            if (!host.leases || !reaches(host) || !host.linked || !links_[name].up) continue;
            for (const auto& reply : std::exchange(host.leases->replies, {})) handle(LeaseHeard{name, reply});
        }
    }

    void run_monitor() {
        const bool second = (now - kStart) % 1s == 0ms;
        if (second) handle(NetworkSeen{monitor_cable});
        for (auto& [name, host] : hosts) watch_link(name, host);
        deliver_to_monitor();
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
            if (const auto why = why_not_version1(config, state, name); host.version1 && !why.empty())
                return handle(AgentGone{name, why, true});
            host.open_link(now);
            host.say(config, now);
            links_[name] = {true, now};
            handle(AgentConnected{name, host.version1, host.leases && !host.version1});
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
        if (const auto* append = std::get_if<AppendJournal>(&effect)) journal.push_back(append->line);
        if (const auto* check = std::get_if<CheckNow>(&effect)) check_now_.push_back(check->host);
        if (const auto* kill = std::get_if<KillHost>(&effect)) kills_[kill->host] = now + 1s;
        if (const auto* order = std::get_if<SendOrder>(&effect)) {
            FakeHost& host = hosts.at(order->host);
            if (host.linked && links_[order->host].up) host.inbox.push_back(order->order);
        }
        if (const auto* save = std::get_if<SaveRecord>(&effect)) {
            if (record_works) record = save->text;
            events_.push_back(RecordSaved{record_works, record_works ? "" : "no space left on device"});
        }
        if (const auto* sent = std::get_if<SendLease>(&effect)) carry(*sent);
    }
    void carry(const SendLease& sent) {
        FakeHost& host = hosts.at(sent.to);
        if (!host.leases) return;
        if (std::holds_alternative<lease::Support>(sent.message)) {
            if (reaches(host) && hears_datagrams(host)) (void)host.leases->hear(sent.message, now);
        } else if (host.linked && links_[sent.to].up) {
            host.lease_inbox.push_back(sent.message);
        }
    }

    std::map<HostName, Link> links_;
    std::vector<HostName> check_now_;
    std::map<HostName, Time> kills_;
    std::deque<Event> events_;                              ///< their turn comes
    std::deque<std::pair<HostName, lease::Message>> mail_;  ///< datagrams for the monitor
    lease::Nonce nonce_ = 1000;
};

}  // namespace mmm::monitor::test
