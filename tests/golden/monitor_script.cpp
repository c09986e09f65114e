#include "tests/golden/monitor_script.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tests/golden/dialogues.hpp"

namespace mmm::monitor::test {

namespace {

using mmm::test::rest_of;
using mmm::test::unknown;
using mmm::test::word_of;

/// `150ms` or `2s`.
Duration read_duration(const std::string& text) {
    std::size_t used = 0;
    const auto count = std::stol(text, &used);
    const std::string unit = text.substr(used);
    if (unit == "ms") return Duration(count);
    if (unit == "s") return std::chrono::seconds(count);
    unknown("duration", text);
}

bool read_bool(const std::string& text) {
    if (text != "true" && text != "false") unknown("truth", text);
    return text == "true";
}

MonitorMode read_mode(const std::string& text) {
    if (text == "active") return MonitorMode::active;
    if (text == "manual") return MonitorMode::manual;
    if (text == "wait") return MonitorMode::wait;
    if (text == "passive") return MonitorMode::passive;
    unknown("mode", text);
}

Slot read_slot(const std::string& text) {
    const auto open = text.find('(');
    if (open == std::string::npos || text.back() != ')') unknown("slot", text);
    return {text.substr(0, open), ip(text.substr(open + 1, text.size() - open - 2))};
}

/// `db3,db4`; `none` for the empty list.
std::vector<std::string> read_list(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream stream(text == "none" ? "" : text);
    for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
    return parts;
}

std::vector<Address> read_addresses(const std::string& text) {
    std::vector<Address> addresses;
    for (const auto& part : read_list(text)) addresses.push_back(ip(part));
    return addresses;
}

void set_key(Config& config, const std::string& key, const std::string& value) {
    auto& monitor = config.monitor;
    const std::map<std::string, std::function<void()>> keys{
        {"auto_set_online", [&] { monitor.auto_set_online = read_duration(value); }},
        {"act_on_hard_evidence", [&] { monitor.act_on_hard_evidence = read_bool(value); }},
        {"careful_startup", [&] { monitor.careful_startup = read_bool(value); }},
        {"flap_count", [&] { monitor.flap_count = static_cast<unsigned>(std::stoul(value)); }},
        {"flap_duration", [&] { monitor.flap_duration = read_duration(value); }},
        {"kill_host_bin", [&] { monitor.kill_host_bin = value; }},
        {"lease", [&] { config.lease = read_duration(value); }},
        {"max_kill_retries", [&] { config.max_kill_retries = static_cast<unsigned>(std::stoul(value)); }},
        {"mode", [&] { monitor.mode = read_mode(value); }},
        {"offline_stops_replication", [&] { monitor.offline_stops_replication = read_bool(value); }},
        {"on_loss",
         [&] {
             if (value == "hold") config.quorum.on_loss = config::OnLoss::hold;
         }},
        {"ping_ips", [&] { monitor.ping_ips = read_addresses(value); }},
        {"prefer", [&] { config.roles["writer"].prefer = value; }},
        {"reader_hosts", [&] { config.roles["reader"].hosts = read_list(value); }},
        {"reader_ips", [&] { config.roles["reader"].ips = read_addresses(value); }},
        {"replication_grace", [&] { monitor.replication_grace = read_duration(value); }},
        {"trap_period",
         [&] {
             for (auto& [kind, check] : config.checks) check.trap_period = read_duration(value);
         }},
        {"version1_peers", [&] { config.security.version1_peers = read_list(value); }},
        {"voters", [&] { config.quorum.voters = read_list(value); }},
        {"wait_for_other_master", [&] { monitor.wait_for_other_master = read_duration(value); }},
    };
    const auto found = keys.find(key);
    if (found == keys.end()) unknown("key", key);
    found->second();
}

}  // namespace

std::string Dialogue::play(std::istream& script) {
    for (std::string line; std::getline(script, line);) {
        if (line.starts_with("    ")) continue;
        output_ += line + "\n";
        if (!line.empty() && line[0] != '#') play_line(line);
    }
    return output_;
}

void Dialogue::play_line(const std::string& line) {
    std::istringstream words(line);
    const std::string command = word_of(words);
    if (command == "settled") {
        settle();
        return;
    }
    setup_ += line + "\n";
    if (command == "config") {
        configure(words);
    } else if (command == "saved" || command == "saved-torn") {
        cluster().saved += rest_of(words) + (command == "saved" ? "\n" : "");
    } else if (command == "leases") {
        take_part(word_of(words));
    } else if (command == "begin") {
        begin(words);
    } else if (command == "start") {
        cluster().start_monitor();
    } else if (command == "until") {
        until(word_of(words));
    } else if (command == "at") {
        until(word_of(words));
        happen(words);
    } else {
        unknown("command", line);
    }
}

void Dialogue::configure(std::istringstream& words) {
    for (std::string word = word_of(words); !word.empty(); word = word_of(words)) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) unknown("setting", word);
        set_key(config_, word.substr(0, equals), word.substr(equals + 1));
    }
}

FakeCluster& Dialogue::cluster() {
    if (!cluster_) {
        cluster_ = std::make_unique<FakeCluster>(config_);
        watch();
    }
    return *cluster_;
}

void Dialogue::watch() {
    cluster_->watch = [this](const Effects& effects) {
        const std::string moment = "    @" + std::to_string((cluster_->now - origin_).count()) + "ms ";
        for (const auto& effect : effects) {
            const std::string text = writer_.text(effect);
            if (!text.empty() && !silent_) output_ += moment + text + "\n";
        }
        return effects.size();
    };
}

/// `leases all` or `leases db1,db2`: these agents take part in leases.
void Dialogue::take_part(const std::string& hosts) {
    for (const auto& [name, host] : config_.hosts) {
        const auto listed = read_list(hosts);
        if (hosts == "all" || std::find(listed.begin(), listed.end(), name) != listed.end()) cluster().take_part(name);
    }
}

/// `begin db1 writer(192.168.10.128)@7`: what a host has before the monitor starts.
void Dialogue::begin(std::istringstream& words) {
    const std::string host = word_of(words);
    const std::string grant = word_of(words);
    const auto at = grant.find('@');
    if (at == std::string::npos) unknown("grant (no @epoch)", grant);
    cluster().hosts.at(host).begin_with(read_slot(grant.substr(0, at)), std::stoull(grant.substr(at + 1)));
}

/// A cluster in good order: all ONLINE, db1 the writer, a reader each on db3 and db4. Time counts from here.
/// Most dialogues begin with one of a few such clusters, and it takes most of their time to get there: once for each.
void Dialogue::settle() {
    struct Settled {
        FakeCluster cluster;
        EffectWriter writer;
    };
    static std::map<std::string, Settled> settled;
    if (const auto found = settled.find(setup_); found != settled.end()) {
        const auto answered = cluster().answered;
        cluster_ = std::make_unique<FakeCluster>(found->second.cluster);
        cluster_->answered = answered;
        writer_ = found->second.writer;
        watch();
    } else {
        silent_ = true;
        begin_in_good_order();
        cluster().pass_until(kStart + 100s);
        silent_ = false;
        settled.emplace(setup_, Settled{cluster(), writer_});
    }
    origin_ = cluster().now;
}

void Dialogue::begin_in_good_order() {
    FakeCluster& all = cluster();
    all.hosts.at("db1").begin_with(kWriter, 7);
    all.hosts.at("db3").begin_with(kReader, 3);
    all.hosts.at("db4").begin_with(kOtherReader, 3);
    all.saved =
        "db1|ONLINE|writer(192.168.10.128)\ndb2|ONLINE|\ndb3|ONLINE|reader(192.168.10.129)\n"
        "db4|ONLINE|reader(192.168.10.130)\nepoch|reader(192.168.10.129)|3\nepoch|reader(192.168.10.130)|3\n"
        "epoch|writer(192.168.10.128)|7\n";
    (void)writer_.text(SaveStatus{all.saved});
    all.start_monitor();
}

void Dialogue::until(const std::string& moment) {
    const Duration when = read_duration(moment);
    if (when % 100ms != 0ms) unknown("moment between two ticks", moment);
    cluster().pass_until(origin_ + when);
}

void Dialogue::happen(std::istringstream& words) {
    const std::string what = word_of(words);
    if (what == "admin") {
        AdminAsked asked{1, {}, "operator"};
        for (std::string word = word_of(words); !word.empty(); word = word_of(words)) asked.words.push_back(word);
        cluster().handle(asked);
    } else if (what == "check") {
        const HostName host = word_of(words);
        const std::string kind = word_of(words);
        const std::string outcome = word_of(words);
        const std::map<std::string, Outcome> outcomes{{"ok", Outcome::ok},
                                                      {"failed_soft", Outcome::failed_soft},
                                                      {"failed_hard", Outcome::failed_hard},
                                                      {"unknown", Outcome::unknown}};
        cluster().handle(Checked{{host, check_kind(kind).value(), outcomes.at(outcome), rest_of(words)}});
    } else if (what == "monitor") {
        happen_to_monitor(word_of(words));
    } else if (what == "kill-command") {
        cluster().kill_works = word_of(words) == "works";
    } else {
        happen_to_host(what, words);
    }
}

void Dialogue::happen_to_monitor(const std::string& how) {
    FakeCluster& all = cluster();
    if (how == "killed" || how == "stopped") {
        all.monitor_runs = false;
    } else if (how == "started") {
        all.start_monitor();
    } else if (how == "continued") {
        all.monitor_runs = true;
    } else if (how == "unplugged" || how == "plugged") {
        all.monitor_cable = how == "plugged";
    } else if (how == "disk-full" || how == "disk-fine") {
        all.record_works = how == "disk-fine";
    } else if (how == "record-lost") {
        all.record.clear();
    } else {
        unknown("thing to happen to the monitor", how);
    }
}

void Dialogue::happen_to_host(const std::string& what, std::istringstream& words) {
    const HostName name = word_of(words);
    const std::string how = word_of(words);
    if (!cluster().hosts.contains(name)) unknown("host", name);
    FakeHost& host = cluster().hosts.at(name);
    const Time now = cluster().now;
    using Mysqld = FakeHost::Mysqld;
    const std::map<std::string, std::function<void()>> things{
        {"mysqld killed", [&] { host.mysqld = Mysqld::down; }},
        {"mysqld started", [&] { host.mysqld = Mysqld::up; }},
        {"mysqld frozen", [&] { host.mysqld = Mysqld::hung; }},
        {"mysqld thawed", [&] { host.mysqld = Mysqld::up; }},
        {"agent killed", [&] { host.kill_agent(); }},
        {"agent started", [&] { host.start_agent(now); }},
        {"agent version1", [&] { host.version1 = true; }},
        {"agent version2", [&] { host.version1 = false; }},
        {"agent frozen", [&] { host.freeze_agent(now); }},
        {"agent thawed", [&] { host.thaw_agent(now); }},
        {"host unplugged", [&] { host.cable = false; }},
        {"host plugged", [&] { host.cable = true; }},
        {"host off", [&] { host.power_off(); }},
        {"host on", [&] { host.power_on(now); }},
        {"route cut", [&] { host.monitor_route = false; }},
        {"route mended", [&] { host.monitor_route = true; }},
        {"replication stopped", [&] { host.replicates = false; }},
        {"replication started", [&] { host.replicates = true; }},
        {"replication behind", [&] { host.lags = true; }},
        {"replication current", [&] { host.lags = false; }},
        {"replication removed", [&] { host.source.clear(); }},
        {"auto-increment by",
         [&] {
             host.auto_increment_increment = static_cast<std::uint32_t>(std::stoul(word_of(words)));
             host.auto_increment_offset = static_cast<std::uint32_t>(std::stoul(word_of(words)));
         }},
        {"catching-up stuck", [&] { host.can_catch_up = false; }},
        {"catching-up works", [&] { host.can_catch_up = true; }},
        {"rejoining begun", [&] { host.rejoining = true; }},
        {"rejoining done", [&] { host.rejoining = false; }},
        {"late-rows there", [&] { host.has_late_rows = true; }},
        {"late-rows gone", [&] { host.has_late_rows = false; }},
        {"domains apart", [&] { host.own_domains = true; }},
        {"gtids off", [&] { host.gtids = false; }},
        {"gtids on", [&] { host.gtids = true; }},
        {"sql-error is", [&] { host.sql_error = static_cast<std::uint32_t>(std::stoul(word_of(words))); }},
        {"losses read",
         [&] {
             cluster().handle(
                 LossesRead{name, {word_of(words), {{word_of(words), "mysql-bin.000003:1234"}}, rest_of(words)}});
         }},
        {"agent takes-part", [&] { cluster().take_part(name); }},
        {"agent takes-no-part", [&] { cluster().take_no_part(name); }},
        {"record lost", [&] { host.leases.value().disk.reset(); }},
        {"voters other", [&] { host.leases.value().other_voters = true; }},
        {"grants lost", [&] { host.leases.value().loses_grants = true; }},
        {"grants arrive", [&] { host.leases.value().loses_grants = false; }},
    };
    const auto found = things.find(what + " " + how);
    if (found == things.end()) unknown("thing to happen", what + " " + name + " " + how);
    found->second();
}

}  // namespace mmm::monitor::test
