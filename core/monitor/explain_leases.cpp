#include "core/monitor/explain_leases.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/lease/settings.hpp"
#include "core/monitor/explain_move.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/leases.hpp"
#include "core/monitor/show.hpp"

namespace mmm::monitor {
namespace {

using Sentences = std::vector<std::string>;

const char* meaning(lease::Refusal refusal) {
    switch (refusal) {
        case lease::Refusal::none:
            break;
        case lease::Refusal::not_a_voter:
            return "it is no voter";
        case lease::Refusal::silent:
            return "it keeps silent";
        case lease::Refusal::other_voters:
            return "it has another list of voters, lease or drift";
        case lease::Refusal::outdated:
            return "it promised something newer";
        case lease::Refusal::held_by_other:
            return "it supported another host since";
    }
    return "";
}

/// `db3, db4 (it has another list of voters, lease or drift)`
std::string with_refusals(const std::set<HostName>& names, const std::map<HostName, lease::Refusal>& refusals) {
    Sentences parts;
    for (const auto& name : names) {
        const auto refused = refusals.find(name);
        parts.push_back(refused == refusals.end() ? name : fmt::format("{} ({})", name, meaning(refused->second)));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string promised_so_far(const lease::Proposal& proposal) {
    std::set<HostName> names;
    for (const auto& [name, promise] : proposal.promises) names.insert(name);
    return names.empty() ? "nobody" : listed(names);
}

std::string waiting(const lease::Verdict& verdict, Time now) {
    const std::string left = seconds(verdict.until.value_or(now) - now);
    if (verdict.unknown_holder)
        return fmt::format(
            "A voter restarted a moment ago and can't tell whom it supported: what may be left of any "
            "lease is waited out, {} more.",
            left);
    const std::string hosts = listed(verdict.maybe_held_by);
    return fmt::format(
        "What may be left of the lease of {} is waited out, {} more; its release, or its confirmed kill, "
        "would end that at once.",
        hosts, left);
}

}  // namespace

std::vector<std::string> voters_missing(const State& state, Now now) {
    Sentences missing;
    const auto within = voters_within_reach(state, now.time);
    for (const auto& name : state.lease.voter.voters.all()) {
        if (within.contains(name)) continue;
        const std::string why = name == lease::kMonitor       ? "it keeps silent"
                                : !state.hosts.contains(name) ? "it is no host of this cluster"
                                                              : why_no_lease(state, name, now.time);
        missing.push_back(fmt::format("{} ({})", name, why));
    }
    return missing;
}

std::vector<std::string> lease_trouble(const State& state, Now now) {
    Sentences all;
    if (!by_leases(state)) return all;
    const LeaseState& own = state.lease;
    if (const Duration left = silent_for(state, now.time); left > Duration{0})
        all.push_back(fmt::format("The monitor neither votes nor moves roles for another {}: {}.", seconds(left),
                                  why_silent(state)));
    if (!own.save_problem.empty())
        all.push_back(
            fmt::format("The monitor's lease record can't be saved ({}): until then it neither votes nor moves "
                        "roles.",
                        own.save_problem));
    if (!majority_within_reach(state, now.time)) {
        const auto within = voters_within_reach(state, now.time);
        all.push_back(
            fmt::format("Only {} of {} voters are within the monitor's reach, and a majority has to promise "
                        "before a role is moved. Missing: {}.",
                        within.size(), own.voter.voters.all().size(), fmt::join(voters_missing(state, now), ", ")));
    }
    return all;
}

std::vector<std::string> hindrance_sentences(const State& state, const Slot& slot, const Hindrance& found, Now now) {
    const HostName& holder = state.slots.at(slot).holder;
    switch (found.what) {
        case Obstacle::target_unfit:
            return {fmt::format("{} can't take it: {}.", holder, why_no_lease(state, holder, now.time))};
        case Obstacle::monitor_silent:
        case Obstacle::no_majority:
            return lease_trouble(state, now);
        case Obstacle::lives_unseen: {
            Sentences all;
            for (const auto& name : found.hosts)
                all.push_back(fmt::format(
                    "{} can't be reached from the monitor, but {} support its lease: it serves, and goes on. It is "
                    "told "
                    "to let go as soon as its agent can be reached; mend the network between it and the monitor.",
                    name, listed(supporters_of(state, slot, name, now.time))));
            return all;
        }
        case Obstacle::none:
            return {"Nothing is in its way; the voters are about to be asked."};
        case Obstacle::no_host:
        case Obstacle::agent_away:
        case Obstacle::by_contact:
        case Obstacle::leaving:
            break;
    }
    return {};
}

std::vector<std::string> attempt_sentences(const State& state, const LeaseAttempt& attempt, Now now) {
    const lease::Proposal& proposal = attempt.proposal;
    const HostName& target = proposal.request.target;
    Sentences all{fmt::format("The voters are asked for epoch {} since {}.", proposal.request.epoch.text(),
                              wall_text(attempt.begun, now))};
    if (!state.lease.save_problem.empty()) return lease_trouble(state, now);
    const lease::Verdict verdict = lease::judge(proposal, now.time, state.lease.timing);
    if (!proposal.target_promised) {
        all.push_back(fmt::format(
            "{} itself has to promise first and hasn't answered yet{}.", with_refusals({target}, attempt.refusals),
            agent_reachable(state.hosts.at(target), now.time) ? "" : "; its agent can't be reached"));
    } else if (!proposal.quorum_at) {
        all.push_back(fmt::format("A majority has to promise: {} did, awaited are {}.", promised_so_far(proposal),
                                  with_refusals(lease::to_ask(proposal), attempt.refusals)));
    } else if (verdict.stage == lease::Stage::waiting) {
        all.push_back(waiting(verdict, now.time));
    } else if (verdict.stage == lease::Stage::held) {
        all.push_back(
            fmt::format("With on_loss = \"hold\" time proves nothing: {} has to release it, or to be killed. "
                        "Bring its agent back, or switch it off and say so with confirm_dead.",
                        listed(verdict.maybe_held_by)));
    } else if (attempt.granted) {
        all.push_back(fmt::format("It was granted, and {} hasn't taken it yet.", target));
    }
    return all;
}

}  // namespace mmm::monitor
