#include "cmd/config_leases.hpp"

#include <fmt/format.h>

#include "core/lease/settings.hpp"

namespace mmm {
namespace {

Fact majority_lost(const lease::Timing& timing) {
    const std::string event = "a holder loses the majority of the voters";
    if (timing.on_loss == lease::OnLoss::hold)
        return {"majority_lost", event, "it keeps its addresses (on_loss is hold)", std::nullopt};
    return {"majority_lost", event, fmt::format("it lets go within {} (lease)", seconds(timing.lease)), timing.lease};
}

Fact holder_lost(const lease::Timing& timing, Duration noticed) {
    const std::string event = "a holder is dead, frozen or cut off";
    if (timing.on_loss == lease::OnLoss::hold)
        return {
            "holder_lost", event,
            "its addresses stay with it until it lets go, or kill_host_bin or `mmm ctl confirm_dead` says it is dead",
            std::nullopt};
    const Duration most = noticed + timing.worst_move();
    return {"holder_lost", event,
            fmt::format("another has its addresses within {}: {} to notice, {} to be certain", seconds(most),
                        seconds(noticed), seconds(timing.worst_move())),
            most};
}

Fact lease_over(const lease::Timing& timing) {
    const std::string event = "a voter supported a lease for the last time";
    if (timing.on_loss == lease::OnLoss::hold)
        return {"lease_over", event, "no time proves that nothing of that lease is left (on_loss is hold)",
                std::nullopt};
    return {"lease_over", event, fmt::format("nothing of that lease is left after {} (W)", seconds(timing.wait())),
            timing.wait()};
}

Fact majority(const config::Config& config, const lease::Timing& timing) {
    const Votes votes = votes_of(config);
    std::string names;
    for (const auto& name : votes.voters) names += (names.empty() ? "" : ", ") + name;
    std::string text = fmt::format("{} of {} ({}): ", votes.needed, votes.voters.size(), names);
    const std::string stops = timing.on_loss == lease::OnLoss::hold
                                  ? std::string("stops all moves")
                                  : fmt::format("for longer than {} stops all writes", seconds(timing.lease));
    if (votes.may_be_away == 0)
        text += fmt::format("none may be away; the outage of any {}", stops);
    else if (votes.may_be_away == 1)
        text += fmt::format("1 may be away; while it is, the outage of another {}", stops);
    else
        text += fmt::format("{} may be away", votes.may_be_away);
    return {"", "a majority of the voters", text, std::nullopt};
}

}  // namespace

Votes votes_of(const config::Config& config) {
    Votes votes{lease::voters_of(config).names};
    votes.needed = votes.voters.size() / 2 + 1;
    votes.may_be_away = votes.voters.size() - votes.needed;
    return votes;
}

std::vector<Fact> lease_facts(const config::Config& config, Duration noticed) {
    const auto timing = lease::timing_of(config);
    return {
        majority(config, timing),
        majority_lost(timing),
        holder_lost(timing, noticed),
        lease_over(timing),
        {"promise_over", "a host promised to take an address",
         fmt::format("it takes it within {} (X), or has to be asked again", seconds(timing.promise_validity())),
         timing.promise_validity()},
        {"voter_silent", "a voter starts without its record",
         fmt::format("it keeps silent for {} (S)", seconds(timing.silence())), timing.silence()},
    };
}

}  // namespace mmm
