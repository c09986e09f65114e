#include "core/monitor/checks.hpp"

#include <algorithm>

namespace mmm::monitor {
namespace {

/// How late a report may be on top of its period and time-out before its absence is a failure.
constexpr Duration kReportSlack{1000};
/// What an agent said of its mysqld counts for so long, if its link is gone meanwhile.
constexpr Duration kWordLasts{5000};
/// A host that nobody heard for so long isn't vouched for.
constexpr Duration kVoiceLasts{2000};
/// A time-out or a lost link is remembered for so long as a sign of loss.
constexpr Duration kLossLasts{30'000};

bool failed(Outcome outcome) {
    return outcome == Outcome::failed_soft || outcome == Outcome::failed_hard;
}

void set_verdict(CheckRecord& record, bool good, Time now) {
    if (record.seen && record.good == good) return;
    record.good = good;
    record.changed = now;
}

/// Two independent witnesses: our connection was refused or reset, and the agent lost its own and can't get it back.
bool hard_evidence(const Config& config, const HostRecord& host, CheckKind kind, const CheckRecord& check, Time now) {
    return config.monitor.act_on_hard_evidence && kind == CheckKind::mysql && check.last == Outcome::failed_hard &&
           agent_reachable(host, now) && host.status->server == proto::Server::down;
}

/// Heard lately, and then its mysqld answered the agent.
bool is_vouched_for(const HostRecord& host, Time now) {
    return host.said_up && now - *host.said_up < kWordLasts && now - host.heard_by_anyone < kVoiceLasts;
}

/// Of a check, or of the link to its agent.
bool timed_out_lately(const HostRecord& host, Time now) {
    if (host.link_lost && now - *host.link_lost < kLossLasts) return true;
    return std::any_of(host.checks.begin(), host.checks.end(), [&](const auto& entry) {
        const auto& [kind, check] = entry;
        const bool reaches = kind == CheckKind::ping || kind == CheckKind::mysql;
        return reaches && check.timed_out && now - *check.timed_out < kLossLasts;
    });
}

/// Time-outs on two hosts or more whose agents say that all is well: packets are lost on the way, and hosts that serve
/// their clients aren't to lose their roles for that. On one alone it is the host's own trouble.
bool loses_packets(const State& state, Time now) {
    return std::count_if(state.hosts.begin(), state.hosts.end(), [&](const auto& entry) {
               return is_vouched_for(entry.second, now) && timed_out_lately(entry.second, now);
           }) > 1;
}

void note_loss(State& state, bool lossy, Effects& effects) {
    if (lossy == state.network_lossy) return;
    state.network_lossy = lossy;
    if (lossy) {
        effects.push_back(Log{LogLevel::warning,
                              "checks time out on several hosts whose agents say that all is well: the network loses "
                              "packets; such time-outs count for nothing meanwhile",
                              {}});
    } else {
        effects.push_back(Log{LogLevel::info, "checks are answered again, time-outs count", {}});
    }
}

/// Each check tells a part of it; what it doesn't tell is as it was.
void note_setup(ReplicationSetup& known, const ReplicationSetup& seen) {
    if (seen.auto_increment_increment) known.auto_increment_increment = seen.auto_increment_increment;
    if (seen.auto_increment_offset) known.auto_increment_offset = seen.auto_increment_offset;
    if (seen.source) known.source = seen.source;
    if (seen.settings) known.settings = seen.settings;
}

}  // namespace

void take_report(const Config& config, State& state, const CheckReport& report, Time now) {
    const auto found = state.hosts.find(report.host);
    if (found == state.hosts.end() || !config.checks.contains(report.kind)) return;
    HostRecord& host = found->second;
    note_setup(host.setup, report.setup);
    CheckRecord& check = host.checks[report.kind];
    check.reported = now;
    check.last = report.outcome;
    check.message = report.message;
    if (report.behind) check.behind = report.behind;
    if (report.outcome == Outcome::ok) {
        check.failing_since.reset();
        set_verdict(check, true, now);
    } else if (report.outcome == Outcome::unknown) {
        if (!check.seen) set_verdict(check, true, now);
    } else {
        if (!check.failing_since) check.failing_since = now;
        if (report.outcome == Outcome::failed_soft) check.timed_out = now;
        // At start a first failure is all there is to go by; a host found in service gets its trap when all is seen.
        if (!check.seen) set_verdict(check, false, now);
    }
    check.seen = true;
}

void judge_checks(const Config& config, State& state, Time now, Effects& effects) {
    const bool lossy = loses_packets(state, now);
    if (!lossy) note_loss(state, false, effects);
    for (auto& [name, host] : state.hosts) {
        const bool spared = lossy && is_vouched_for(host, now);
        for (auto& [kind, check] : host.checks) {
            const auto& limits = config.check(kind);
            const Time due = check.reported + limits.check_period + limits.timeout + kReportSlack;
            if (now > due && !check.failing_since && check.seen) {
                check.failing_since = due;
                check.last = Outcome::failed_soft;
                check.message = "no report in time";
            }
            if (!check.failing_since || !check.good || !failed(check.last)) continue;
            const bool hard = hard_evidence(config, host, kind, check, now);
            if (!hard && now - *check.failing_since < limits.trap_period) continue;
            if (!hard && spared && (kind == CheckKind::ping || kind == CheckKind::mysql)) {
                note_loss(state, true, effects);
                continue;
            }
            set_verdict(check, false, now);
            effects.push_back(Log{LogLevel::warning,
                                  "check failed",
                                  {{"host", name},
                                   {"check", std::string(word(kind))},
                                   {"event", "detected"},
                                   {"evidence", hard ? "hard" : "soft"},
                                   {"reason", check.message}}});
        }
    }
}

void judge_anew(HostRecord& host, Time now) {
    for (const CheckKind kind : {CheckKind::ping, CheckKind::mysql}) {
        const auto check = host.checks.find(kind);
        if (check == host.checks.end() || !check->second.failing_since) continue;
        check->second.failing_since = now;
        set_verdict(check->second, true, now);
    }
}

void give_first_trap(HostRecord& host, Time now) {
    for (auto& [kind, check] : host.checks) {
        if (check.good) continue;
        if (!check.seen) check.message = "no report since the start";
        if (!check.failing_since) check.failing_since = now;
        if (!failed(check.last)) check.last = Outcome::failed_soft;
        check.seen = true;
        set_verdict(check, true, now);
    }
}

void forget_first_failures(State& state, Time now) {
    for (auto& [name, host] : state.hosts) {
        for (auto& [kind, check] : host.checks) {
            if (check.good) continue;
            check = CheckRecord{};
            check.reported = now;
            check.changed = now;
        }
    }
}

void restart_evidence(State& state, Time now) {
    for (auto& [name, host] : state.hosts) {
        host.heard_by_anyone = now;
        for (auto& [kind, check] : host.checks) {
            if (check.failing_since) check.failing_since = now;
            check.reported = now;
        }
    }
}

bool network_fine(const Config& config, const State& state, Time now) {
    if (!config.monitor.ping_ips.empty() && !state.network_ok) return false;
    if (state.hosts.size() < 2) return true;
    return !std::all_of(state.hosts.begin(), state.hosts.end(), [now](const auto& entry) {
        const auto& [name, host] = entry;
        const auto ping = host.checks.find(CheckKind::ping);
        const bool lost = ping != host.checks.end() && ping->second.seen && failed(ping->second.last);
        return lost && !agent_reachable(host, now);
    });
}

}  // namespace mmm::monitor
