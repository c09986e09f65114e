#include "core/lease/settings.hpp"

#include <algorithm>

namespace mmm::lease {

namespace {

/// A lease has so many rounds of renewals at least, so that losing a few moves nothing.
constexpr int kRounds = 8;
/// A promise becomes a lease within X, which leaves two seconds for asking: a lost round must not take them all.
constexpr Duration kSlowestRounds{1000};

std::set<HostName> default_voters(const config::Config& config) {
    std::set<HostName> names{kMonitor};
    for (const HostMode mode : {HostMode::master, HostMode::slave}) {
        for (const auto& [name, host] : config.hosts) {
            if (host.mode == mode && names.size() < kMostVoters) names.insert(name);
        }
    }
    return names;
}

}  // namespace

Timing timing_of(const config::Config& config) {
    Timing timing;
    timing.lease = config.lease;
    timing.renew_every = std::min<Duration>(config.lease / kRounds, kSlowestRounds);
    timing.drift_ppm = config.drift.ppm;
    timing.on_loss = config.quorum.on_loss == config::OnLoss::hold ? OnLoss::hold : OnLoss::demote;
    return timing;
}

Voters voters_of(const config::Config& config) {
    Voters voters;
    voters.names = config.quorum.voters.empty()
                       ? default_voters(config)
                       : std::set<HostName>(config.quorum.voters.begin(), config.quorum.voters.end());
    // Whoever reckons with another lease must not be counted (rule 22): its waiting would be too short.
    voters.settings = static_cast<std::uint64_t>(config.lease.count()) << 32U | config.drift.ppm;
    return voters;
}

bool survives_one(const Voters& voters) {
    return std::all_of(voters.names.begin(), voters.names.end(), [&](const HostName& away) {
        std::set<HostName> others = voters.names;
        others.erase(away);
        return voters.majority(others);
    });
}

}  // namespace mmm::lease
