#include "core/monitor/lagging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/monitor/allocate.hpp"

namespace mmm::monitor {
namespace {

bool holds_slot(const State& state, const HostName& host, const RoleName& role) {
    return std::any_of(state.slots.begin(), state.slots.end(),
                       [&](const auto& entry) { return entry.first.role == role && entry.second.holder == host; });
}

/// By what the hosts that lag are sorted: whoever serves already counts as half as far behind.
std::int64_t rank(const State& state, const HostName& host, const RoleName& role) {
    const bool serves = holds_slot(state, host, role);
    const auto check = state.hosts.at(host).checks.find(CheckKind::rep_backlog);
    if (check == state.hosts.at(host).checks.end() || !check->second.behind)
        return std::numeric_limits<std::int64_t>::max() - (serves ? 1 : 0);
    return check->second.behind->count() * (serves ? 1 : 2);
}

bool is_ready(const State& state, const HostName& host, HostState wanted, Time now) {
    return state.hosts.at(host).state == wanted && why_not_within_reach(state, host, now).empty();
}

}  // namespace

bool serves_though_lagging(const Config& config, const State& state, const HostName& host, const RoleName& role,
                           Time now) {
    const config::Role& wanted = *config.role(role);
    if (wanted.mode != RoleMode::balanced || wanted.minimum == 0) return false;
    if (!is_ready(state, host, HostState::replication_delay, now)) return false;
    // Host names are compared last: equal delays mean the same choice each time.
    std::vector<std::tuple<std::int64_t, HostName>> lagging;
    std::size_t online = 0;
    for (const HostName& name : wanted.hosts) {
        if (is_ready(state, name, HostState::online, now)) ++online;
        if (is_ready(state, name, HostState::replication_delay, now))
            lagging.emplace_back(rank(state, name, role), name);
    }
    if (online >= wanted.minimum) return false;
    std::sort(lagging.begin(), lagging.end());
    const auto place = std::find_if(lagging.begin(), lagging.end(),
                                    [&](const auto& entry) { return std::get<HostName>(entry) == host; });
    return static_cast<std::size_t>(place - lagging.begin()) < wanted.minimum - online;
}

void warn_of_lagging(const State& state, std::vector<std::string>& all) {
    for (const auto& [name, host] : state.hosts) {
        if (host.state != HostState::replication_delay) continue;
        std::string slots;
        for (const auto& [slot, record] : state.slots) {
            if (record.holder == name) slots += (slots.empty() ? "" : ", ") + slot.text();
        }
        if (slots.empty()) continue;
        const auto& check = host.checks.at(CheckKind::rep_backlog);
        all.push_back(
            fmt::format("Warning: {} serves {} although its replication is {} behind: the role's minimum of "
                        "hosts isn't reached otherwise",
                        name, slots, check.behind ? fmt::format("{} s", check.behind->count()) : "too far"));
    }
}

}  // namespace mmm::monitor
