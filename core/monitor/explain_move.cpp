#include "core/monitor/explain_move.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/lease/settings.hpp"
#include "core/monitor/explain_leases.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/show.hpp"

namespace mmm::monitor {
namespace {

using Sentences = std::vector<std::string>;

/// What a host that was told to let go still shows.
std::string traces(const Config& config, const HostRecord& host, const Slot& slot) {
    const auto& status = *host.status;
    if (!host.order || status.order != host.order->sequence) return "has not answered the last order yet";
    if (config.is_writer_slot(slot) && status.writer == proto::WriterPhase::leaving)
        return "is on its way out of the writer role";
    if (status.present.contains(slot)) return "still has the address";
    return "still counts it as its own";
}

std::string told_problem(const HostRecord& host) {
    if (!host.status || host.status->problem.empty()) return "";
    return "; its agent reports: " + host.status->problem;
}

/// By the rules for hosts that hold without a lease.
std::string contact_holder(const Config& config, const State& state, const Slot& slot, const HostName& name, Now now) {
    const HostRecord& host = state.hosts.at(name);
    if (agent_reachable(host, now.time))
        return fmt::format("It is certain only when {} has let go: it {}{}.", name, traces(config, host, slot),
                           told_problem(host));
    if (host.version1 || host.alone)
        return fmt::format(
            "{} may still have it and can't be told to let go; its silence proves nothing, because {}. Bring its agent "
            "back, or switch it off and say so with confirm_dead {}.",
            name, host.version1 ? "its agent is of version 1" : "it was told that it is alone", name);
    const Duration silent = now.time - host.heard_by_anyone;
    return fmt::format(
        "{} may still have it and can't be told to let go; nobody has heard it for {}, and at {} it has "
        "let go by itself.",
        name, seconds(silent), seconds(kSilentHost));
}

void add_kills(const State& state, const SlotRecord& record, Now now, Sentences& all) {
    for (const auto& [name, host] : state.hosts) {
        if (name == record.holder) continue;
        if (host.kill_running)
            all.push_back(
                fmt::format("The kill command for {} runs since {}.", name, wall_text(host.kill_started, now)));
    }
}

std::string agent_away(const State& state, const HostName& name, Now now) {
    const HostRecord& host = state.hosts.at(name);
    const std::string since = ever_heard(state, host) ? " since " + wall_text(host.heard, now) : " since the start";
    return fmt::format("The agent on {} can't be reached{}{}: start `mmm agent` there, or mend its network.", name,
                       since, host.link_problem.empty() ? "" : " (" + host.link_problem + ")");
}

/// How far the new writer is, and what an operator can do about it.
void add_draining(const Config& config, const State& state, const Slot& slot, Sentences& all) {
    const SlotRecord& record = state.slots.at(slot);
    const HostRecord& host = state.hosts.at(record.holder);
    const std::string& progress = host.status->draining;
    all.push_back(fmt::format("{} applies what it received and is then made writable{}{}.", record.holder,
                              progress.empty() ? "" : " (" + progress + ")", told_problem(host)));
    if (!record.fetch_from.empty())
        all.push_back(
            fmt::format("It fetches what it lacks from {} first, up to {}.", record.fetch_from, record.fetch));
    if (state.move || host.status->problem.empty() || record.late_drain == proto::LateDrain::promote) return;
    all.push_back(
        fmt::format("To give up what is missing: move_role --force {} {}; it takes effect when drain_timeout ({}) is "
                    "over, and what "
                    "is given up is listed.",
                    slot.role, record.holder, seconds(config.drain_timeout)));
}

/// It has the slot and isn't done with making itself ready.
void add_arriving(const Config& config, const State& state, const Slot& slot, Sentences& all) {
    const HostName& holder = state.slots.at(slot).holder;
    const HostRecord& host = state.hosts.at(holder);
    if (!host.status) return;
    const auto& status = *host.status;
    if (config.is_writer_slot(slot) && status.writer == proto::WriterPhase::arriving)
        add_draining(config, state, slot, all);
    else if (!status.present.contains(slot))
        all.push_back(fmt::format("{} has it, and its address is not on yet{}.", holder, told_problem(host)));
    if (status.server == proto::Server::down) all.push_back(fmt::format("mysqld on {} is down: start it.", holder));
    if (status.server == proto::Server::hung) all.push_back(fmt::format("mysqld on {} does not answer.", holder));
}

Sentences blocks_by_contact(const Config& config, const State& state, const Slot& slot, Now now) {
    const SlotRecord& record = state.slots.at(slot);
    Sentences all;
    if (!agent_reachable(state.hosts.at(record.holder), now.time)) all.push_back(agent_away(state, record.holder, now));
    for (const auto& name : record.maybe_held) {
        if (name != record.holder) all.push_back(contact_holder(config, state, slot, name, now));
    }
    return all;
}

Sentences blocks_by_leases(const Config& config, const State& state, const Slot& slot, Now now) {
    const SlotRecord& record = state.slots.at(slot);
    if (record.attempt) return attempt_sentences(state, *record.attempt, now);
    const Hindrance found = hindrance(config, state, slot, now.time);
    if (found.what == Obstacle::agent_away) return {agent_away(state, record.holder, now)};
    Sentences all;
    for (const auto& name : found.hosts) {
        if (found.what == Obstacle::by_contact) all.push_back(contact_holder(config, state, slot, name, now));
        if (found.what == Obstacle::leaving)
            all.push_back(fmt::format("{} was told to let go and {}{}.", name,
                                      traces(config, state.hosts.at(name), slot), told_problem(state.hosts.at(name))));
    }
    return all.empty() ? hindrance_sentences(state, slot, found, now) : all;
}

}  // namespace

std::string seconds(Duration duration) {
    return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000.0);
}

std::string listed(const std::set<HostName>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::string> what_blocks(const Config& config, const State& state, const Slot& slot, Now now) {
    const SlotRecord& record = state.slots.at(slot);
    Sentences all;
    if (record.holder.empty()) return all;
    const bool held = by_leases(state) ? is_settled_on(state, record.holder, slot, now.time)
                                       : record.granted_to == record.holder &&
                                             agent_reachable(state.hosts.at(record.holder), now.time);
    if (held) {
        add_arriving(config, state, slot, all);
        const auto& status = state.hosts.at(record.holder).status;
        const bool serves = status->present.contains(slot) && status->server == proto::Server::up &&
                            (!config.is_writer_slot(slot) || status->writer == proto::WriterPhase::holding);
        if (serves) all.clear();
        return all;
    }
    all = by_leases(state) ? blocks_by_leases(config, state, slot, now) : blocks_by_contact(config, state, slot, now);
    add_kills(state, record, now, all);
    return all;
}

}  // namespace mmm::monitor
