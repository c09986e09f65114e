#include "core/monitor/show_leases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/lease/settings.hpp"
#include "core/monitor/explain_leases.hpp"
#include "core/monitor/explain_move.hpp"
#include "core/monitor/holders.hpp"

namespace mmm::monitor {
namespace {

using nlohmann::json;

/// What is left of it now, not when it was reported.
Duration left_of(const State& state, const HostName& holder, const lease::HeldReport& held, Time now) {
    return std::max(Duration{0}, held.left - (now - state.hosts.at(holder).heard));
}

std::string support_of(const State& state, const std::set<HostName>& supporters) {
    return fmt::format("{} of {} voters support it ({})", supporters.size(), state.lease.voter.voters.all().size(),
                       listed(supporters));
}

std::string roles_of(const State& state, const HostName& name) {
    std::string text;
    for (const auto& [slot, record] : state.slots) {
        if (record.holder == name) text += (text.empty() ? "" : ", ") + slot.text();
    }
    return text;
}

/// `The monitor ...` after the colon begins small; hosts are written as they are called.
std::string as_warning(std::string sentence) {
    for (const char* first : {"The ", "Only ", "Roles "}) {
        if (sentence.starts_with(first)) sentence[0] = static_cast<char>(sentence[0] + ('a' - 'A'));
    }
    if (sentence.ends_with('.')) sentence.pop_back();
    return "Warning: " + sentence;
}

void warn_of_voters(const State& state, Now now, std::vector<std::string>& all) {
    for (const auto& [name, host] : state.hosts) {
        if (!agent_reachable(host, now.time)) continue;
        const std::string why = why_no_lease(state, name, now.time);
        if (!why.empty()) all.push_back(fmt::format("Warning: {} neither votes nor takes roles: {}", name, why));
    }
    const lease::Voters& voters = state.lease.voter.voters;
    if (!lease::survives_one(voters)) {
        all.push_back(
            fmt::format("Warning: with {} voters ({}) roles are lost when one of them is away; have three or "
                        "more",
                        voters.names.size(), listed(voters.names)));
        return;
    }
    const lease::Voters within{voters_within_reach(state, now.time)};
    const bool one_more = std::any_of(within.names.begin(), within.names.end(), [&](const HostName& away) {
        std::set<HostName> others = within.names;
        others.erase(away);
        return !voters.majority(others);
    });
    if (one_more && voters.majority(within.names))
        all.push_back(fmt::format("Warning: of {} voters only {} are there; if one more goes, no role can be held",
                                  voters.all().size(), listed(within.names)));
}

}  // namespace

std::string lease_sentence(const State& state, const Slot& slot, Now now) {
    if (!by_leases(state)) return "";
    const HostName& holder = state.slots.at(slot).holder;
    if (holder.empty()) return "";
    const lease::HeldReport* held = held_by(state, holder, slot, now.time);
    if (held == nullptr) {
        const auto supporters = supporters_of(state, slot, holder, now.time);
        return supporters.empty() ? "" : fmt::format("By what voters report, {}.", support_of(state, supporters));
    }
    if (!held->leased) return fmt::format("{} asks the voters for a lease of epoch {}.", holder, held->epoch.text());
    return fmt::format("Its lease has epoch {}; {}, {} are left.", held->epoch.text(),
                       support_of(state, held->supporters), seconds(left_of(state, holder, *held, now.time)));
}

std::string writer_lease_line(const Config& config, const State& state, Now now) {
    if (!by_leases(state)) return "";
    const Slot slot = writer_slot(config);
    const HostName& holder = state.slots.at(slot).holder;
    const lease::HeldReport* held = holder.empty() ? nullptr : held_by(state, holder, slot, now.time);
    if (held != nullptr && held->leased)
        return fmt::format("Lease of {}: epoch {}, held by {}, {}, {} left", slot.text(), held->epoch.text(), holder,
                           support_of(state, held->supporters), seconds(left_of(state, holder, *held, now.time)));
    const auto supporters = holder.empty() ? std::set<HostName>{} : supporters_of(state, slot, holder, now.time);
    if (!supporters.empty())
        return fmt::format("Lease of {}: held by {} by what voters report, {}", slot.text(), holder,
                           support_of(state, supporters));
    return fmt::format("Lease of {}: none is known", slot.text());
}

std::string why_by_contact(const State& state) {
    if (!state.lease.begun || by_leases(state)) return "";
    std::vector<std::string> hosts;
    for (const auto& [name, host] : state.hosts) {
        if (host.version1) hosts.push_back(name + " (agent of version 1)");
        if (host.no_leases) hosts.push_back(name + " (its agent takes no part)");
    }
    return fmt::format(
        "Roles are held by contact, not by leases, because of {}: a cut network may leave a role on two "
        "hosts; upgrade these agents.",
        fmt::join(hosts, ", "));
}

std::string unseen_sentence(const State& state, const HostName& name, Now now) {
    const auto supporters = supporters_of_roles(state, name, now.time);
    if (supporters.empty())
        return fmt::format(
            "{} can't be reached, and no majority of the voters either, so it may be the monitor that is "
            "cut off: it keeps {}.",
            name, roles_of(state, name));
    return fmt::format("{} can't be reached from the monitor, but {} support its lease: it keeps {}.", name,
                       listed(supporters), roles_of(state, name));
}

void warn_of_leases(const State& state, Now now, std::vector<std::string>& all) {
    if (const auto mixed = why_by_contact(state); !mixed.empty()) all.push_back(as_warning(mixed));
    if (!by_leases(state)) return;
    for (const auto& sentence : lease_trouble(state, now)) all.push_back(as_warning(sentence));
    warn_of_voters(state, now, all);
    for (const auto& [name, host] : state.hosts) {
        if (host.unseen) all.push_back(as_warning(unseen_sentence(state, name, now)));
    }
}

json leases_json(const State& state, Now now) {
    if (!state.lease.begun) return nullptr;
    return {{"in_force", by_leases(state)},
            {"reason", why_by_contact(state)},
            {"voters", state.lease.voter.voters.all()},
            {"within_reach", voters_within_reach(state, now.time)},
            {"majority", majority_within_reach(state, now.time)},
            {"lease_ms", state.lease.timing.lease.count()},
            {"wait_ms", state.lease.timing.wait().count()}};
}

json lease_json(const State& state, const Slot& slot, Now now) {
    const HostName& holder = state.slots.at(slot).holder;
    const lease::HeldReport* held = holder.empty() ? nullptr : held_by(state, holder, slot, now.time);
    if (held == nullptr) return nullptr;
    return {{"epoch", held->epoch.text()},
            {"held", held->leased},
            {"supporters", held->supporters},
            {"left_ms", left_of(state, holder, *held, now.time).count()}};
}

}  // namespace mmm::monitor
