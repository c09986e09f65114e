#include "core/monitor/losses.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/monitor/change_text.hpp"
#include "core/monitor/divergence.hpp"

namespace mmm::monitor {
namespace {

using Kind = LossDecision::Kind;
using What = LateDecision::What;

/// What the writer's threads show before may be from before they were started for this.
constexpr Duration kStarted{3000};

/// Errors of applying and of asking, for people.
constexpr std::array<std::pair<std::uint32_t, const char*>, 6> kErrors{{
    {1062, "a row with the same key is there already"},
    {1032, "a row that they change or delete isn't there"},
    {1950, "they are older than what it wrote in the same domain (gtid_strict_mode)"},
    {1236, "the binary logs with them aren't there any more, or can't be sent"},
    {13114, "the binary logs with them aren't there any more, or can't be sent"},
    {1146, "a table that they change isn't there"},
}};

std::string explained(std::uint32_t number) {
    const auto* found =
        std::find_if(kErrors.begin(), kErrors.end(), [number](const auto& entry) { return entry.first == number; });
    return fmt::format("error {}: {}", number, found == kErrors.end() ? "its log says more" : found->second);
}

bool covers_all(const LossDecision& decision, const std::string& extra) {
    const auto decided = GtidSet::parse(decision.gtids);
    const auto has = GtidSet::parse(extra);
    return decided && has && decided->contains(*has);
}

bool replicates_from(const Config& config, const HostRecord& writer, const HostName& source) {
    return writer.status && writer.status->source == config.host(source)->ip;
}

/// One decision, followed through one step.
struct Follow {
    const Config& config;
    State& state;
    Now now;
    Effects& effects;

    [[nodiscard]] HostRecord* writer() const {
        const auto found = state.hosts.find(state.active_master);
        return found == state.hosts.end() ? nullptr : &found->second;
    }

    void end(const HostName& name, What what, std::string reason) {
        HostRecord& host = state.hosts.at(name);
        const std::string gtids = host.decision->gtids;
        const bool failed = what == What::given_up;
        Log log{failed ? LogLevel::error : LogLevel::info,
                failed                ? "the writer can't take the late transactions of a host"
                : what == What::taken ? "the writer has the late transactions of a host"
                                      : "a host whose late transactions were given up is clean again",
                {{"event", "late"}, {"host", name}, {"gtids", gtids}}};
        if (failed) log.fields.emplace_back("reason", reason);
        effects.push_back(std::move(log));
        record_decision(state, {0, {}, what, name, state.active_master, "", gtids, std::move(reason)}, now, effects);
        if (what == What::given_up) {
            host.decision->kind = Kind::given_up;
        } else if (what == What::taken) {
            host.decision->kind = Kind::taken;
        } else {
            host.decision.reset();
        }
    }

    /// Why the writer doesn't go on pulling; empty: it does, or hasn't begun.
    std::string trouble(const HostName& name, LossDecision& decision) const {
        const HostRecord* to = writer();
        const bool told = to != nullptr && to->order && to->order_accepted && to->order->source == name;
        if (!told || !replicates_from(config, *to, name)) {
            decision.begun.reset();
            return "";
        }
        if (!decision.begun) decision.begun = now.time;
        if (now.time - *decision.begun < kStarted) return "";
        if (to->status->sql_error != 0) return "it stopped applying them with " + explained(to->status->sql_error);
        if (to->status->io_error != 0) return "it isn't sent them, " + explained(to->status->io_error);
        return "";
    }

    void look(const HostName& name) {
        HostRecord& host = state.hosts.at(name);
        LossDecision& decision = *host.decision;
        const auto found = compare_with_writer(config, state, name).verdict;
        if (found == Comparison::Verdict::clean) return end_clean(name);
        if (decision.kind != Kind::take_late || found != Comparison::Verdict::extra) return;
        if (!covers_all(decision, host.extra))
            return end(name, What::given_up, "the host has more by now than was decided on");
        if (auto why = trouble(name, decision); !why.empty()) end(name, What::given_up, std::move(why));
    }

    void end_clean(const HostName& name) {
        LossDecision& decision = *state.hosts.at(name).decision;
        if (decision.kind == Kind::take_late) end(name, What::taken, "");
        // Its peer it replicates from in any case, and a former writer from nobody.
        const bool stops = writer() != nullptr && config.host(state.active_master)->peer != name &&
                           replicates_from(config, *writer(), name);
        if (decision.kind == Kind::taken) {
            if (!stops) state.hosts.at(name).decision.reset();
        } else {
            end(name, What::rebuilt, "");
        }
    }
};

}  // namespace

bool takes_late(const HostRecord& host) {
    return host.state == HostState::awaiting_recovery && host.quarantined && host.decision &&
           host.decision->kind == Kind::take_late && !host.extra.empty() && covers_all(*host.decision, host.extra);
}

HostName late_source(const State& state) {
    const auto found = std::find_if(state.hosts.begin(), state.hosts.end(),
                                    [](const auto& entry) { return takes_late(entry.second); });
    return found == state.hosts.end() ? "" : found->first;
}

std::string losses_to_read(const HostRecord& host) {
    if (host.state != HostState::awaiting_recovery || host.extra.empty()) return "";
    // What is being taken gets less all the time, and is told as a whole.
    return takes_late(host) ? host.decision->gtids : host.extra;
}

bool stops_pulling(const Config& config, const State& state) {
    const HostRecord& writer = state.hosts.at(state.active_master);
    return std::any_of(state.hosts.begin(), state.hosts.end(), [&](const auto& entry) {
        const auto& [name, host] = entry;
        const bool over = host.quarantined || (host.decision && host.decision->kind == Kind::taken);
        return over && replicates_from(config, writer, name);
    });
}

void follow_decisions(const Config& config, State& state, Now now, Effects& effects) {
    Follow follow{config, state, now, effects};
    for (auto& [name, host] : state.hosts) {
        if (host.decision) follow.look(name);
    }
}

std::string why_not_takeable(const GtidSet& extra, const proto::AgentStatus& writer) {
    const auto has = GtidSet::parse(writer.history);
    if (!has) return "";
    for (const auto& [origin, intervals] : extra.intervals()) {
        if (!origin.uuid.empty()) continue;
        for (const auto& [other, numbers] : has->intervals()) {
            const bool own = other.server == writer.server_id;
            if (other.domain != origin.domain || !other.uuid.empty()) continue;
            if (!own && numbers.back().last < intervals.front().first) continue;
            return fmt::format(
                "it has {0}-{1}-{2} in the same GTID domain {0}, and MariaDB keeps no order among numbers of one "
                "domain "
                "that two servers gave",
                origin.domain, other.server, numbers.back().last);
        }
    }
    return "";
}

void record_decision(State& state, LateDecision decision, Now now, Effects& effects) {
    decision.number = ++state.journal.number;
    decision.at = now.wall.since_epoch;
    effects.push_back(AppendJournal{entry_line(decision), true});
    state.journal.add(std::move(decision));
}

std::string decided_text(const LateDecision& decision, Now now) {
    return fmt::format("{:%Y/%m/%d %H:%M:%S}{}{} (#{})", std::chrono::sys_seconds(decision.at + now.wall.utc_offset),
                       decision.who.empty() ? "" : " by ", decision.who, decision.number);
}

}  // namespace mmm::monitor
