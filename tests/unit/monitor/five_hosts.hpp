#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/config/config.hpp"
#include "core/monitor/event.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor::test {

using namespace std::chrono_literals;

inline Address ip(const std::string& text) {
    return Address::parse(text).value();
}

/// The cluster of the tutorial: db1 and db2 masters of each other, db3 and db4 slaves that have the readers.
inline Config five_hosts() {
    Config config;
    config.security.plain = true;
    for (int number = 1; number <= 4; ++number) {
        config::Host host;
        host.name = "db" + std::to_string(number);
        host.ip = ip("192.168.10." + std::to_string(130 + number));
        host.mode = number <= 2 ? HostMode::master : HostMode::slave;
        host.peer = number == 1 ? "db2" : number == 2 ? "db1" : "";
        config.hosts[host.name] = host;
    }
    config.roles["writer"] = {"writer", RoleMode::exclusive, {"db1", "db2"}, {ip("192.168.10.128")}, ""};
    config.roles["reader"] = {
        "reader", RoleMode::balanced, {"db3", "db4"}, {ip("192.168.10.129"), ip("192.168.10.130")}, ""};
    for (const auto& [kind, word] : kCheckWords) config.checks[kind] = {};
    config.monitor.ip = ip("192.168.10.130");
    config.monitor.ping_ips = {ip("192.168.10.1")};
    return config;
}

inline const Slot kWriter{"writer", ip("192.168.10.128")};
inline const Slot kReader{"reader", ip("192.168.10.129")};
inline const Slot kOtherReader{"reader", ip("192.168.10.130")};

/// Some moment; tests count from it.
inline constexpr Time kStart{1'000'000ms};
/// 2026-11-22 12:43:16 in local time, one hour east of Greenwich.
inline constexpr WallTime kWall{std::chrono::seconds{1795347796}, std::chrono::seconds{3600}};

inline Now at(Duration since_start) {
    return {kStart + since_start,
            {kWall.since_epoch + std::chrono::duration_cast<std::chrono::seconds>(since_start), kWall.utc_offset}};
}

/// A cluster in good order at kStart: all ONLINE since ten minutes, all checks fine, all agents there; db1 is the
/// writer, db3 and db4 have a reader each.
inline State good_order(const Config& config) {
    State state = initial(config, kStart - 600s);
    state.phase = Phase::running;
    state.network_seen = state.network_ok = true;
    state.network_since = kStart - 600s;
    state.last_step = kStart;
    for (auto& [name, host] : state.hosts) {
        host.state = HostState::online;
        for (auto& [kind, check] : host.checks) {
            check.seen = check.good = true;
            check.last = Outcome::ok;
            check.reported = kStart;
        }
        host.connected = true;
        host.heard = host.heard_by_anyone = kStart;
        host.status = proto::AgentStatus{};
        host.status->state = HostState::online;
        host.status->server = proto::Server::up;
        host.status->read_only = name != "db1";
        host.status->uptime = 1h;
        host.status->version = "test";
        if (name != "db1") host.status->source = config.host("db1")->ip;
    }
    const auto give = [&](const Slot& slot, const HostName& host, Epoch epoch) {
        SlotRecord& record = state.slots.at(slot);
        record.holder = record.granted_to = record.last_granted = host;
        record.epoch = epoch;
        record.maybe_held = {host};
        state.hosts.at(host).status->granted[slot] = epoch;
        state.hosts.at(host).status->present.insert(slot);
    };
    for (const auto& [slot, host] : {std::pair{kWriter, "db1"}, {kReader, "db3"}, {kOtherReader, "db4"}}) {
        if (state.slots.contains(slot)) give(slot, host, slot == kWriter ? 7 : 3);
    }
    state.hosts.at("db1").status->writer = proto::WriterPhase::holding;
    state.active_master = state.journal.writer = "db1";
    state.journal.epoch = 7;
    state.journal.in_service = true;
    return state;
}

/// Makes an agent unheard of for `silence`.
inline void silence(State& state, const HostName& host, Duration silence) {
    state.hosts.at(host).heard = state.hosts.at(host).heard_by_anyone = kStart - silence;
}

inline void set_check(State& state, const HostName& host, CheckKind kind, bool good, const std::string& message = "") {
    CheckRecord& check = state.hosts.at(host).checks.at(kind);
    check.good = good;
    check.last = good ? Outcome::ok : Outcome::failed_soft;
    check.message = message;
    check.failing_since.reset();
    if (!good) check.failing_since = kStart - 60s;
}

template <class Kind>
std::vector<Kind> of_kind(const Effects& effects) {
    std::vector<Kind> found;
    for (const auto& effect : effects) {
        if (const auto* one = std::get_if<Kind>(&effect)) found.push_back(*one);
    }
    return found;
}

/// Who is assigned what, `db1: writer(192.168.10.128)`, orphans under `-`; one text to compare.
inline std::string holders(const State& state) {
    std::string text;
    for (const auto& [slot, record] : state.slots) {
        text += (text.empty() ? "" : ", ") + slot.ip.text().substr(11) + "=" +
                (record.holder.empty() ? "-" : record.holder);
    }
    return text;
}

}  // namespace mmm::monitor::test
