#include "core/monitor/state.hpp"

#include "core/base/check.hpp"

namespace mmm::monitor {

State initial(const Config& config, Time now) {
    State state;
    state.started = now;
    state.last_step = now;
    state.mode = config.monitor.mode;
    state.open_links = !config.is_secured() && !config.security.plain;
    for (const auto& [name, host] : config.hosts) {
        HostRecord record;
        record.since = now;
        record.heard = now - kAgentAway;
        record.heard_by_anyone = now;
        for (const auto& [kind, check] : config.checks) {
            record.checks[kind].reported = now;
            record.checks[kind].changed = now;
        }
        state.hosts.emplace(name, std::move(record));
    }
    for (const auto& slot : config.slots()) state.slots[slot].since = now;
    return state;
}

Slot writer_slot(const Config& config) {
    const auto& role = config.writer_role();
    MMM_CHECK(role.ips.size() == 1);
    return Slot{role.name, role.ips.front()};
}

void change_state(State& state, const HostName& host, HostState to, std::string reason, Time now, Effects& effects) {
    HostRecord& record = state.hosts.at(host);
    if (record.state == to) return;
    const bool bad = to == HostState::hard_offline || to == HostState::replication_fail;
    effects.push_back(Log{bad ? LogLevel::warning : LogLevel::info,
                          "host changed state",
                          {{"host", host},
                           {"from", std::string(word(record.state))},
                           {"to", std::string(word(to))},
                           {"reason", reason}}});
    record.state = to;
    record.since = now;
    record.reason = std::move(reason);
}

}  // namespace mmm::monitor
