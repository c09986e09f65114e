#include "cmd/config_facts.hpp"

#include <fmt/format.h>

#include "cmd/config_leases.hpp"
#include "core/agent/contact.hpp"
#include "core/config/duration_text.hpp"
#include "core/monitor/state.hpp"

namespace mmm {
namespace {

/// A failure begins somewhere between two checks; the first check that fails needs its time-out, and then the trap.
Fact check_fact(const config::Config& config, CheckKind kind, std::string event) {
    const auto& check = config.check(kind);
    const Duration least = check.timeout + check.trap_period;
    const Duration most = check.check_period + least;
    return {fmt::format("{}_failed", word(kind)), std::move(event),
            fmt::format("noticed after {} to {}", seconds(least), seconds(most)), most};
}

Fact recovery_fact(const config::Monitor& monitor) {
    if (monitor.auto_set_online == Duration(0))
        return {"recovered", "a failed host has recovered", "waits for `mmm ctl set_online`", std::nullopt};
    return {"recovered", "a failed host has recovered", "online again after " + seconds(monitor.auto_set_online),
            monitor.auto_set_online};
}

}  // namespace

std::string seconds(Duration duration) {
    if (duration > std::chrono::minutes(2)) return config::duration_text(duration);
    return fmt::format("{:g} s", static_cast<double>(duration.count()) / 1000.0);
}

std::vector<Fact> facts_of(const config::Config& config) {
    std::vector<Fact> facts;
    if (config.monitor.act_on_hard_evidence)
        facts.push_back({"server_gone", "mysqld has ended, host and agent are fine",
                         "noticed with the next check, within " + seconds(config.check(CheckKind::mysql).check_period),
                         config.check(CheckKind::mysql).check_period});
    facts.push_back(check_fact(config, CheckKind::mysql, "mysqld doesn't answer"));
    const Fact host_lost = check_fact(config, CheckKind::ping, "the host doesn't answer");
    facts.push_back(host_lost);
    for (auto& fact : lease_facts(config, *host_lost.most)) facts.push_back(std::move(fact));
    facts.push_back({"agent_silent", "nothing is heard of an agent without leases",
                     fmt::format("it lets go after {}, its addresses move after {}", seconds(agent::kSilenceLimit),
                                 seconds(monitor::kSilentHost)),
                     monitor::kSilentHost});
    facts.push_back({"version1_silent", "nothing is heard of an agent of version 1",
                     "its addresses stay until kill_host_bin or `mmm ctl confirm_dead` says it is dead; while one is "
                     "in the cluster nobody has leases, and a cut network may leave a role on two hosts",
                     std::nullopt});
    facts.push_back(check_fact(config, CheckKind::rep_threads, "replication has stopped"));
    facts.push_back(
        check_fact(config, CheckKind::rep_backlog,
                   fmt::format("replication is {} behind", seconds(config.check(CheckKind::rep_backlog).max_backlog))));
    facts.push_back(recovery_fact(config.monitor));
    return facts;
}

}  // namespace mmm
