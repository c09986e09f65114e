#include "core/monitor/divergence.hpp"

#include <fmt/format.h>

#include "core/monitor/losses.hpp"

namespace mmm::monitor {
namespace {

using Verdict = Comparison::Verdict;

/// So many of the transactions that a host has too much are named at once; ranges count as one.
constexpr std::size_t kNamed = 5;
/// What the writer said may be as old as a look at its server and a heartbeat: what a host that is in service has too
/// much has to last for longer than these.
constexpr Duration kSurplusLasts{3000};
/// "Could not find what the replica asks for": MariaDB and MySQL, and MySQL 8's own number for it.
constexpr std::uint32_t kSourceRefuses = 1236;
constexpr std::uint32_t kSourceRefusesMysql8 = 13114;

bool may_write(const Config& config, const HostName& host) {
    return config.can_hold(host, config.active_master_role);
}

bool tells_nothing(const HostRecord& host) {
    return host.version1 || (host.status && host.status->version1);
}

Comparison verdict(Verdict what, std::string why) {
    return {what, std::move(why), {}};
}

/// Why that host's word can't be had yet; empty: it is there.
std::string not_told(const HostName& name, const HostRecord& host) {
    if (!host.status) return "the agent on " + name + " hasn't told yet what its server has";
    if (host.status->server != proto::Server::up) return "the server on " + name + " doesn't answer its agent";
    return "";
}

/// Why that host's server can't tell what it has; empty: it can.
std::string not_known(const HostName& name, const HostRecord& host) {
    const std::string& problem = host.status->history_problem;
    return problem.empty() ? "" : "nobody knows what " + name + " has: " + problem;
}

/// On MariaDB numbers may be left out between two of the same server's, because others had them.
std::string counted(const GtidSet& set) {
    const bool exact = !set.intervals().begin()->first.uuid.empty() || set.count() == 1;
    return fmt::format("{}{} transaction{}", exact ? "" : "up to ", set.count(), set.count() == 1 ? "" : "s");
}

std::string too_much(const GtidSet& extra, const HostName& writer) {
    return fmt::format("it has {} that the writer {} lacks: {}", counted(extra), writer, extra.listed(kNamed));
}

/// The writer's server refuses a host that has nothing too much: what it needs next isn't there any more.
std::string why_refused(const proto::AgentStatus& host, const HostName& name) {
    if (host.io_error != kSourceRefuses && host.io_error != kSourceRefusesMysql8) return "";
    return fmt::format(
        "the writer {} refuses to be its source (error {}), although it has all that this host has: the binary logs "
        "that it needs were removed there. Clone it anew from {}",
        name, host.io_error, name);
}

const HostName& assigned_writer(const Config& config, const State& state) {
    return state.slots.at(writer_slot(config)).holder;
}

bool replicates_from(const Config& config, const HostRecord& host, const HostName& source) {
    return !source.empty() && host.status && host.status->source == config.host(source)->ip;
}

void begin_quarantine(HostRecord& record, const HostName& name, const Comparison& found, Effects& effects) {
    record.quarantined = true;
    effects.push_back(Log{LogLevel::error,
                          "host is kept out of service",
                          {{"event", "quarantined"}, {"host", name}, {"reason", found.why}, {"gtids", record.extra}}});
}

/// True if what was found keeps the host out until an operator, or another comparison, ends it.
bool is_reason_enough(const Config& config, const HostRecord& record, const HostName& name, Verdict what, Time now) {
    const bool returned = record.returning || record.state == HostState::awaiting_recovery;
    if (what == Verdict::unknown) return record.returning && may_write(config, name);
    if (what != Verdict::extra) return false;
    if (returned) return true;
    return record.extra_since && now - *record.extra_since >= kSurplusLasts;
}

}  // namespace

Comparison compare_with_writer(const Config& config, const State& state, const HostName& host) {
    const HostName& writer = assigned_writer(config, state);
    if (writer.empty() || writer == host) return {};
    const HostRecord& record = state.hosts.at(host);
    const HostRecord& other = state.hosts.at(writer);
    if (tells_nothing(record) || tells_nothing(other)) return {};
    if (state.active_master != writer) return verdict(Verdict::pending, "the writer " + writer + " isn't ready yet");
    for (const auto& [name, one] : {std::pair(host, &record), std::pair(writer, &other)}) {
        if (auto why = not_told(name, *one); !why.empty()) return verdict(Verdict::pending, std::move(why));
    }
    for (const auto& [name, one] : {std::pair(host, &record), std::pair(writer, &other)}) {
        if (auto why = not_known(name, *one); !why.empty()) return verdict(Verdict::unknown, std::move(why));
    }
    const auto has = GtidSet::parse(record.status->history);
    const auto writer_has = GtidSet::parse(other.status->history);
    for (const auto& [name, one] : {std::pair(host, &has), std::pair(writer, &writer_has)}) {
        if (!*one) return verdict(Verdict::unknown, "nobody knows what " + name + " has: " + one->error().message);
    }
    // Its tables may be full all the same: RESET MASTER leaves them alone.
    if (has->empty() && !writer_has->empty())
        return verdict(Verdict::unknown, "nobody knows what " + host + " has: its server remembers no transaction");
    GtidSet extra = has->without(*writer_has).without_server(other.status->server_id, other.status->server_uuid);
    if (!may_write(config, host)) extra = extra.without_server(record.status->server_id, record.status->server_uuid);
    if (record.status->other_channels)
        extra = extra.of_origins([&](const GtidOrigin& origin) { return writer_has->knows(origin); });
    if (extra.empty()) return {Verdict::clean, "", {}};
    std::string why = too_much(extra, writer);
    return {Verdict::extra, std::move(why), std::move(extra)};
}

bool awaits_writer(const Config& config, const State& state, const HostName& host, Time now) {
    const HostRecord& record = state.hosts.at(host);
    if (record.state != HostState::replication_fail || !record.returning || record.quarantined) return false;
    if (!agent_reachable(record, now) || record.status->server != proto::Server::up) return false;
    return state.active_master.empty() && compare_with_writer(config, state, host).verdict == Verdict::pending;
}

void judge_divergence(const Config& config, State& state, const HostName& name, Time now, Effects& effects) {
    HostRecord& record = state.hosts.at(name);
    if (record.state == HostState::hard_offline) record.returning = true;
    // An operator's word, or nothing to be compared with for good.
    if (record.state == HostState::online && !record.extra_since) record.quarantined = record.returning = false;
    const HostName writer = assigned_writer(config, state);
    // One that the writer's server takes as it is goes on.
    const bool goes_on = record.state == HostState::online && replicates_from(config, record, writer);
    const Comparison found = goes_on ? Comparison{} : compare_with_writer(config, state, name);
    record.extra = found.verdict == Verdict::extra ? found.extra.text() : "";
    if (found.verdict != Verdict::extra) record.extra_since.reset();
    if (found.verdict == Verdict::extra && !record.extra_since) record.extra_since = now;

    const bool keeps = is_reason_enough(config, record, name, found.verdict, now);
    if (keeps && !record.quarantined) begin_quarantine(record, name, found, effects);
    if (found.verdict == Verdict::clean) record.quarantined = false;

    std::string why;
    if (keeps || found.verdict == Verdict::extra) {
        why = found.why;
    } else if (record.quarantined) {
        why = found.why.empty() ? "it was kept out, and there is no writer to compare it with" : found.why;
    } else if (found.verdict == Verdict::pending && record.returning && may_write(config, name)) {
        why = found.why;
    } else if (found.verdict == Verdict::clean) {
        if (replicates_from(config, record, writer)) why = why_refused(*record.status, writer);
    }
    const bool compares = found.verdict != Verdict::none && found.verdict != Verdict::pending;
    if (why.empty() && compares && record.status->rejoining) why = "replication was not seen to work yet";
    if (record.state == HostState::online && !record.quarantined) why.clear();
    if (why == record.held_back) return;
    record.held_back = std::move(why);
    const bool told = record.state == HostState::replication_fail || record.quarantined;
    if (told && !record.held_back.empty() && record.state != HostState::online) record.reason = record.held_back;
}

std::string why_not_replicating(const Config& config, const State& state, const HostName& host) {
    const HostRecord& record = state.hosts.at(host);
    if (record.quarantined) return record.held_back;
    const HostName& writer = assigned_writer(config, state);
    if (record.state == HostState::online && replicates_from(config, record, writer)) return "";
    const Comparison found = compare_with_writer(config, state, host);
    switch (found.verdict) {
        case Verdict::extra:
            return found.why;
        case Verdict::pending:
        case Verdict::unknown:
            return record.returning && may_write(config, host) ? found.why : "";
        case Verdict::none:
        case Verdict::clean:
            return "";
    }
    return "";
}

std::string way_out_of_quarantine(const State& state, const HostName& host, Now now) {
    const HostName writer = state.active_master.empty() ? "the writer" : state.active_master;
    const HostRecord& record = state.hosts.at(host);
    const LateDecision* last = record.decision ? state.journal.last_decision(host) : nullptr;
    const std::string when = last == nullptr ? "" : " " + decided_text(*last, now);
    if (takes_late(record))
        return fmt::format("{} pulls them since{}, and it comes back by itself then.", writer, when);
    if (record.decision && record.decision->kind == LossDecision::Kind::accept_loss)
        return fmt::format(
            "They were given up{}: clone {} anew from {}, and it comes back by itself after that. Until then take_late "
            "{} "
            "can still have them.",
            when, host, writer, host);
    if (record.extra.empty())
        return fmt::format(
            "Make sure that {} has nothing that {} lacks, then set_online {}; or clone it anew from {} and it comes "
            "back by itself.",
            host, writer, host, writer);
    const bool tried = last != nullptr && record.decision->kind == LossDecision::Kind::given_up;
    return fmt::format(
        "{}Either give these transactions up: accept_loss {}, then clone {} anew from {}. Or keep them: take_late {} "
        "lets "
        "{} have them. `losses {}` lists them. It comes back by itself after that.",
        tried ? fmt::format("{} could not take them: {}, {}. ", writer, last->reason, decided_text(*last, now)) : "",
        host, host, writer, host, writer, host);
}

std::string why_not_online(const Config& config, const State& state, const HostName& host, Now now) {
    const Comparison found = compare_with_writer(config, state, host);
    if (found.verdict != Verdict::extra) return "";
    return fmt::format("Host '{}' can't be set online: {}. {}", host, found.why,
                       way_out_of_quarantine(state, host, now));
}

}  // namespace mmm::monitor
