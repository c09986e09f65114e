#include "core/monitor/reload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/monitor/admin.hpp"
#include "core/proto/control.hpp"

namespace mmm::monitor {
namespace {

/// An agent reads at once; a link that was made with a removed key is there again within a second.
constexpr Duration kAgentsRead{3000};
constexpr Duration kMonitorReads{1000};

bool has_read(const HostRecord& host, std::uint64_t before) {
    return host.status && host.status->security.reads != before;
}

struct Report {
    bool fine = true;
    std::string text;
};

Report report_of(const proto::SecurityReport& security) {
    if (!security.problem.empty()) return {false, security.problem + "; what was read before stays in force"};
    return {true, security.in_force};
}

Report report_of(const Reload& reload, const HostName& name, const HostRecord& host) {
    if (host.version1) return {true, "speaks version 1, which knows no keys"};
    const auto told = reload.reads_before.find(name);
    if (told == reload.reads_before.end())
        return {false, fmt::format("its agent isn't linked{}; it reads at its start, or at systemctl reload mmm-agent",
                                   host.link_problem.empty() ? "" : " (" + host.link_problem + ")")};
    if (!has_read(host, told->second))
        return {false,
                fmt::format("no word from its agent within {} s; look into its log", kAgentsRead.count() / 1000)};
    return report_of(host.status->security);
}

proto::ControlReply answer_to(const State& state, const Reload& reload) {
    std::string text;
    bool fine = true;
    const auto add = [&](const std::string& name, const Report& report) {
        text += fmt::format("\n  {}: {}", name, report.text);
        fine = fine && report.fine;
    };
    add("monitor", state.security.reads == reload.own_reads_before
                       ? Report{false, "hasn't read them yet; look into its log"}
                       : report_of(state.security));
    for (const auto& [name, host] : state.hosts) add(name, report_of(reload, name, host));
    if (fine) return {proto::kExitDone, "OK: Keys and certificates were read again. In force now:" + text, ""};
    return {proto::kExitRefused, "ERROR: Keys and certificates weren't read again everywhere:" + text, ""};
}

}  // namespace

bool begin_reload(State& state, std::uint64_t id, const std::string& who, Now now, Effects& effects) {
    if (state.reload) return false;
    Reload reload{id, who, now.time + kAgentsRead, {}, {}, state.security.reads};
    for (const auto& [name, host] : state.hosts) {
        if (!host.connected || host.version1) continue;
        reload.reads_before[name] = host.status ? host.status->security.reads : 0;
        effects.push_back(TellReload{name});
    }
    state.reload = std::move(reload);
    return true;
}

void advance_reload(State& state, Now now, Effects& effects) {
    if (!state.reload) return;
    Reload& reload = *state.reload;
    if (!reload.monitor_reads_by) {
        const bool all = std::all_of(reload.reads_before.begin(), reload.reads_before.end(), [&](const auto& told) {
            return has_read(state.hosts.at(told.first), told.second);
        });
        if (!all && now.time < reload.agents_read_by) return;
        reload.monitor_reads_by = now.time + kMonitorReads;
        effects.push_back(ReloadSecurity{});
        return;
    }
    if (state.security.reads == reload.own_reads_before && now.time < *reload.monitor_reads_by) return;
    proto::ControlReply reply = answer_to(state, reload);
    effects.push_back(log_of_command({"reload"}, reload.who, reply));
    effects.push_back(AnswerAdmin{reload.id, std::move(reply)});
    state.reload.reset();
}

}  // namespace mmm::monitor
