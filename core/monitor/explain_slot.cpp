#include <fmt/format.h>

#include <algorithm>

#include "core/monitor/allocate.hpp"
#include "core/monitor/explain.hpp"
#include "core/monitor/explain_move.hpp"
#include "core/monitor/planned_move.hpp"
#include "core/monitor/show.hpp"
#include "core/monitor/show_leases.hpp"
#include "core/monitor/show_semi_sync.hpp"

namespace mmm::monitor {
namespace {

using Sentences = std::vector<std::string>;

std::string where(const State& state, const SlotRecord& record, bool on_its_way, Now now) {
    const std::string since = wall_text(record.since, now);
    const std::string why = record.reason.empty() ? "" : ": " + record.reason;
    if (record.holder.empty()) return fmt::format("It has no host since {}{}.", since, why);
    if (on_its_way && !agent_reachable(state.hosts.at(record.holder), now.time))
        return fmt::format("It is {}'s since {}{}.", record.holder, since, why);
    return fmt::format("It is {} {} since {}{}.", on_its_way ? "on its way to" : "on", record.holder, since, why);
}

/// Each other host of the role: may it take the slot?
void add_others(const Config& config, const State& state, const Slot& slot, Now now, Sentences& all) {
    std::set<HostName> able;
    for (const auto& name : config.role(slot.role)->hosts) {
        if (name == state.slots.at(slot).holder) continue;
        const std::string why = why_not_eligible(config, state, name, slot.role, now.time);
        if (why.empty()) {
            able.insert(name);
            continue;
        }
        const HostRecord& host = state.hosts.at(name);
        const bool by_state = host.state != HostState::online && !host.reason.empty();
        all.push_back(fmt::format("{} can't take it: {}{}.", name, why,
                                  by_state ? " since " + wall_text(host.since, now) + " (" + host.reason + ")" : ""));
    }
    if (!able.empty()) all.push_back(fmt::format("{} could take it.", listed(able)));
}

void add_preference(const config::Role& role, const Config& config, const State& state, const Slot& slot, Now now,
                    Sentences& all) {
    if (role.prefer.empty()) return;
    if (state.slots.at(slot).holder == role.prefer) {
        all.push_back("It is on the host that it prefers.");
    } else if (state.mode != MonitorMode::active) {
        all.push_back(fmt::format("It prefers {}, and moves there in ACTIVE mode only.", role.prefer));
    } else if (!why_not_eligible(config, state, role.prefer, role.name, now.time).empty()) {
        all.push_back(fmt::format("It prefers {}, and moves there when that can take it.", role.prefer));
    } else if (config.is_writer_slot(slot) && now.time < state.preference_from) {
        all.push_back(fmt::format("It prefers {}; the last move there was given up, and it isn't tried again for {}.",
                                  role.prefer, seconds(state.preference_from - now.time)));
    }
}

void add_planned_move(const Config& config, const State& state, const Slot& slot, Now now, Sentences& all) {
    if (!config.is_writer_slot(slot)) return;
    if (state.move) all.push_back(move_sentence(state, now.time));
    if (!state.move && !state.move_failure.empty())
        all.push_back(fmt::format("The last planned move, {}, was given up at {}: {}.", state.move_failed_route,
                                  wall_text(state.move_failed_at, now), state.move_failure));
}

}  // namespace

Explanation explain_slot(const Config& config, const State& state, const Slot& slot, Now now) {
    const SlotRecord& record = state.slots.at(slot);
    const config::Role& role = *config.role(slot.role);
    Explanation about{slot.text(), {}};
    Sentences& all = about.sentences;
    const Sentences blocks = what_blocks(config, state, slot, now);
    all.push_back(where(state, record, !blocks.empty(), now));
    if (auto lease = lease_sentence(state, slot, now); !lease.empty()) all.push_back(std::move(lease));
    if (!record.holder.empty() && state.hosts.at(record.holder).unseen)
        all.push_back(unseen_sentence(state, record.holder, now));
    else
        all.insert(all.end(), blocks.begin(), blocks.end());
    if (const auto semi_sync = semi_sync_line(state); config.is_writer_slot(slot) && !semi_sync.empty())
        all.push_back(semi_sync + ".");
    add_planned_move(config, state, slot, now, all);
    add_preference(role, config, state, slot, now, all);
    add_others(config, state, slot, now, all);
    return about;
}

}  // namespace mmm::monitor
